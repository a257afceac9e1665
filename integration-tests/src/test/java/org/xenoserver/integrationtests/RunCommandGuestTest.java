package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.ops.image.Image;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code xeno run} with a real guest: its work, its disks, its end. */
@Tag("guest")
final class RunCommandGuestTest {
  private static final Duration POWER_OFF_PATIENCE = Duration.ofSeconds(30);
  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  @Test
  void shouldBootDebianOnOneHartWorkWithItsDisksAndPowerOff() throws Exception {
    long seed = 20_261_122;
    System.out.println("seed " + seed);
    byte[] content = new byte[(int) (8 * MIB)];
    new Random(seed).nextBytes(content);
    Path raw = Files.write(folder.resolve("raw.img"), content);
    Path readOnly = Files.write(folder.resolve("read-only.img"), content);
    Path fileSystem = makeFileSystem();
    Path stats = folder.resolve("stats.json");

    List<String> options =
        new ArrayList<>(List.of("--disk", raw.toString(), "--disk", readOnly + ",readonly"));
    if (fileSystem != null) {
      options.addAll(List.of("--disk", fileSystem.toString()));
    }
    options.addAll(List.of("--stats", stats.toString()));
    try (XenoProcess machine = boot(1, options)) {
      Shell shell = shell(machine);
      work(shell);

      assertThat(shell.run("dd if=/dev/vda bs=64k count=16 2>/dev/null | sha256sum"))
          .startsWith(Digests.sha256(Arrays.copyOf(content, (int) MIB)));
      shell.run("seq 1 20000 | dd of=/dev/vda bs=4096 seek=512 conv=notrunc,fsync 2>/dev/null");
      // The guest still runs: what it flushed must be there already.
      byte[] written = seq(1, 20_000).getBytes(StandardCharsets.UTF_8);
      byte[] now = Files.readAllBytes(raw);
      System.arraycopy(written, 0, content, (int) (2 * MIB), written.length);
      assertThat(now).isEqualTo(content);

      assertThat(shell.run("cat /sys/block/vdb/ro")).isEqualTo("1\n");
      assertThat(shell.run("dd if=/dev/zero of=/dev/vdb count=1 2>/dev/null && echo written"))
          .isEmpty();
      if (fileSystem != null) {
        writeFileSystem(shell);
      }
      powerOff(shell, machine);
    }
    assertThat(Files.mismatch(readOnly, original(seed))).isEqualTo(-1);
    if (fileSystem != null) {
      checkFileSystem(fileSystem);
    }
    JsonNode figures = JsonMapper.shared().readTree(stats.toFile());
    System.out.println("one hart: " + figures);
    assertThat(figures.get("status").asInt()).isZero();
    assertThat(figures.get("retired_instructions").asLong()).isGreaterThan(100_000_000L);
    assertThat(figures.get("cpu_ns").asLong()).isPositive();
    assertThat(figures.get("disks").get("write_bytes").asLong())
        .isGreaterThanOrEqualTo(seq(1, 20_000).length());
    assertThat(figures.get("disks").get("flush_operations").asLong()).isPositive();
  }

  @Test
  void shouldBootDebianOnFourHartsAndWorkOnAllOfThem() throws Exception {
    try (XenoProcess machine = boot(4, List.of())) {
      Shell shell = shell(machine);
      assertThat(shell.run("grep -c ^processor /proc/cpuinfo")).isEqualTo("4\n");
      work(shell);
      String idle = shell.run("grep '^cpu[0-9]' /proc/stat | awk '{print $2 + $4}'");
      System.out.println("ticks of work by hart: " + idle.strip().replace('\n', ' '));
      assertThat(idle.lines()).hasSize(4).noneMatch(ticks -> ticks.equals("0"));
      powerOff(shell, machine);
    }
  }

  @Test
  void shouldEndAGuestWhoseTimeIsUp() throws Exception {
    XenoProcess.Ended ended =
        XenoProcess.run("run", "--kernel", TinyKernel.in(folder).toString(), "--timeout", "1500ms");
    assertThat(ended.status()).isEqualTo(124);
    assertThat(ended.output()).isEqualTo(TinyKernel.GREETING);
    assertThat(ended.errors()).containsOnlyOnce("\n").contains("1.5 s", "--timeout");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --kernel /nowhere/kernel                  | /nowhere/kernel
          --kernel KERNEL --memory 0                | memory
          --kernel KERNEL --memory 10000G           | memory
          --kernel KERNEL --cpus 129                | 129
          --kernel KERNEL --cpus many               | many
          --kernel KERNEL --disk /nowhere/disk.img  | /nowhere/disk.img
          --kernel KERNEL --initrd /nowhere/initrd  | /nowhere/initrd
          --kernel KERNEL --timeout soon            | soon
          --kernel KERNEL --colour red              | --colour
          --firmware /nowhere/firmware              | /nowhere/firmware
          --append quiet                            | --kernel
          """)
  void shouldRefuseWrongUsageInOneSentence(String options, String culprit) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run"));
    String kernel = TinyKernel.in(folder).toString();
    arguments.addAll(List.of(options.replace("KERNEL", kernel).split(" ")));
    XenoProcess.Ended ended = XenoProcess.run(arguments.toArray(String[]::new));
    System.out.print(ended.errors());
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors()).containsOnlyOnce("\n").endsWith("\n").contains(culprit);
  }

  private static XenoProcess boot(int harts, List<String> options) throws IOException {
    Image debian = GuestImage.debian();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--kernel",
                debian.kernel().toString(),
                "--initrd",
                String.valueOf(debian.initrd()),
                "--append",
                "console=ttyS0 hostname=guest",
                "--cpus",
                Integer.toString(harts)));
    arguments.addAll(options);
    return XenoProcess.start(arguments.toArray(String[]::new));
  }

  private static Shell shell(XenoProcess machine) throws InterruptedException {
    Shell shell = new Shell(machine.output(), machine::type);
    long startNs = System.nanoTime();
    String version = shell.awaitPrompt();
    System.out.printf(
        "Linux %s at its prompt after %.1f s%n", version, (System.nanoTime() - startNs) / 1e9);
    return shell;
  }

  /** Pipelines that run at the same time, each with a result known beforehand. */
  private static void work(Shell shell) throws InterruptedException {
    shell.run(
        "for i in 1 2 3 4 5 6; do (seq $i $((i * 1000)) | sort -rn | sha256sum >/tmp/sum$i) &"
            + " done; (seq 1 5000 | awk '{h = (h * 31 + $1) % 1000003} END {print h}' >/tmp/hash) &"
            + " (head -c 100000 /dev/zero | gzip -c | gunzip -c | md5sum >/tmp/zip) & wait");
    StringBuilder expected = new StringBuilder();
    for (int i = 1; i <= 6; i++) {
      expected.append(Digests.sha256(descending(i, i * 1000).getBytes(StandardCharsets.UTF_8)));
      expected.append("  -\n");
    }
    long hash = 0;
    for (int i = 1; i <= 5_000; i++) {
      hash = (hash * 31 + i) % 1_000_003;
    }
    expected.append(hash).append('\n').append(Digests.md5(new byte[100_000])).append("  -\n");
    assertThat(shell.run("cat /tmp/sum? /tmp/hash /tmp/zip")).isEqualTo(expected.toString());
  }

  private static void powerOff(Shell shell, XenoProcess machine) throws InterruptedException {
    shell.type("poweroff -f");
    XenoProcess.Ended ended = machine.awaitEnd(POWER_OFF_PATIENCE);
    assertThat(ended.status()).isZero();
    assertThat(ended.errors()).isEmpty();
  }

  private Path original(long seed) throws IOException {
    byte[] content = new byte[(int) (8 * MIB)];
    new Random(seed).nextBytes(content);
    return Files.write(folder.resolve("original.img"), content);
  }

  /** An ext4 file system made by the host; null, said aloud, if the host cannot. */
  private @Nullable Path makeFileSystem() throws IOException, InterruptedException {
    Path image = folder.resolve("ext4.img");
    Path contents = Files.createDirectory(folder.resolve("contents"));
    Files.writeString(contents.resolve("from-host"), seq(1, 5000));
    String made =
        tool(
            "/usr/sbin/mke2fs",
            "-q",
            "-t",
            "ext4",
            "-d",
            contents.toString(),
            image.toString(),
            "16M");
    return made == null ? null : image;
  }

  private static void writeFileSystem(Shell shell) throws InterruptedException {
    assertThat(shell.run("mkdir -p /mnt; mount -t ext4 /dev/vdc /mnt && sha256sum </mnt/from-host"))
        .contains(Digests.sha256(seq(1, 5000).getBytes(StandardCharsets.UTF_8)));
    shell.run("seq 1 20000 >/mnt/from-guest; mkdir /mnt/many");
    shell.run("for i in $(seq 1 20); do echo file $i >/mnt/many/$i; done; umount /mnt");
  }

  private void checkFileSystem(Path image) throws IOException, InterruptedException {
    assertThat(tool("/usr/sbin/e2fsck", "-fn", image.toString())).isNotNull();
    Path copy = folder.resolve("from-guest");
    tool("/usr/sbin/debugfs", "-R", "dump /from-guest " + copy, image.toString());
    assertThat(Files.readString(copy)).isEqualTo(seq(1, 20_000));
    assertThat(tool("/usr/sbin/debugfs", "-R", "cat /many/20", image.toString()))
        .contains("file 20");
  }

  /** What a tool of the host printed; null, said aloud, if it is not installed. */
  private static @Nullable String tool(String program, String... arguments)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of(program))) {
      System.out.println("NOT RUN for want of " + program + ": file systems on disks");
      return null;
    }
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
    return said;
  }

  private static String seq(int first, int last) {
    StringBuilder lines = new StringBuilder();
    for (int i = first; i <= last; i++) {
      lines.append(i).append('\n');
    }
    return lines.toString();
  }

  private static String descending(int first, int last) {
    StringBuilder lines = new StringBuilder();
    for (int i = last; i >= first; i--) {
      lines.append(i).append('\n');
    }
    return lines.toString();
  }
}
