package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xenoserver.vmm.assembler.Assembler;

/**
 * QEMU's {@code virt} machine, which runs many programs in one process: its RAM is a file that this
 * process maps, in which a small runner takes the programs one after the other into the arena and
 * puts their results back to where they came from.
 */
final class QemuMachine {
  /** How many programs a process runs at most. */
  static final int MOST_PROGRAMS = 512;

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final int RAM_BYTES = 64 << 20;
  private static final int SLOTS = 4 << 20;
  private static final int PROGRESS = 0x700;
  private static final long SECONDS = 20;
  private static final long MILLISECONDS_PER_PROGRAM = 100;

  /** What some version of QEMU switches on by itself and our processor does not have. */
  private static final List<String> FOREIGN =
      List.of(
          "h",
          "v",
          "sstc",
          "svinval",
          "svnapot",
          "svpbmt",
          "svade",
          "smrnmi",
          "smstateen",
          "Zfh",
          "zfh",
          "Zfhmin",
          "zfhmin",
          "Zawrs",
          "zawrs",
          "zfa",
          "zicond",
          "zicbom",
          "zicbop",
          "zicboz",
          "zcb",
          "zacas",
          "zabha",
          "zama16b",
          "zimop",
          "zcmop");

  private static final String RUNNER =
      """
        csrr t0, mhartid
        beqz t0, next
      park:
        wfi
        j park
        .org 0x400
      next:
        li s0, 0x%1$x
        ld s1, 0(s0)
        ld s2, 8(s0)
        bgeu s1, s2, done
        li s3, %2$d
        mul s3, s3, s1
        li s4, 0x%3$x
        add s4, s4, s3
        li s5, 0x%4$x
        li s6, 0x%5$x
      copy_in:
        ld t0, 0(s4)
        ld t1, 8(s4)
        sd t0, 0(s5)
        sd t1, 8(s5)
        addi s4, s4, 16
        addi s5, s5, 16
        bltu s5, s6, copy_in
        fence.i
        li t0, 0x%4$x
        jr t0
      done:
        li t0, 0x100000
        li t1, 0x5555
        sw t1, 0(t0)
        j park
        .org 0x800
        csrw mie, x0
        csrw satp, x0
        csrw mstatus, x0
        sfence.vma x0, x0
        li s0, 0x%1$x
        ld s1, 0(s0)
        li s3, %2$d
        mul s3, s3, s1
        li s4, 0x%3$x
        add s4, s4, s3
        li s5, 0x%4$x
        li s6, 0x%5$x
      copy_out:
        ld t0, 0(s5)
        ld t1, 8(s5)
        sd t0, 0(s4)
        sd t1, 8(s4)
        addi s4, s4, 16
        addi s5, s5, 16
        bltu s5, s6, copy_out
        addi s1, s1, 1
        sd s1, 0(s0)
        la t0, next
        jr t0
      """
          .formatted(
              Arena.RAM + PROGRESS,
              Arena.SIZE_BYTES,
              Arena.RAM + SLOTS,
              Arena.BASE,
              Arena.BASE + Arena.SIZE_BYTES);

  private final String program;
  private final String processor;

  private QemuMachine(String program, String processor) {
    this.program = program;
    this.processor = processor;
  }

  /**
   * QEMU by the name or path of its program.
   *
   * @throws IOException with a sentence, if it cannot be run
   */
  static QemuMachine find(String program) throws IOException {
    try {
      Process process =
          new ProcessBuilder(program, "-device", "rv64-riscv-cpu,help")
              .redirectErrorStream(true)
              .start();
      String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(program + " has no RISC-V processor: " + help.strip());
      }
      StringBuilder processor = new StringBuilder("rv64");
      for (String extension : FOREIGN) {
        if (help.contains("  " + extension + "=<bool>")) {
          processor.append(',').append(extension).append("=false");
        }
      }
      return new QemuMachine(program, processor.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Runs programs from the beginning to their ends.
   *
   * @param programs at most {@link #MOST_PROGRAMS}
   * @return their arenas in the end; fewer than programs if one did not end
   */
  List<byte[]> run(List<GuestProgram> programs) throws IOException, InterruptedException {
    Path folder =
        Files.isWritable(SHARED_MEMORY)
            ? SHARED_MEMORY
            : Path.of(System.getProperty("java.io.tmpdir"));
    Path file = Files.createTempFile(folder, "xenoserver-verify-", null);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, RAM_BYTES);
      memory.order(ByteOrder.LITTLE_ENDIAN);
      memory.put(0, Assembler.assemble(Arena.RAM, RUNNER).bytes());
      memory.putLong(PROGRESS + 8, programs.size());
      for (int i = 0; i < programs.size(); i++) {
        memory.put(SLOTS + i * Arena.SIZE_BYTES, programs.get(i).arena());
      }
      runProcess(file, programs.size());
      List<byte[]> results = new ArrayList<>();
      int done = (int) memory.getLong(PROGRESS);
      for (int i = 0; i < done; i++) {
        byte[] result = new byte[Arena.SIZE_BYTES];
        memory.get(SLOTS + i * Arena.SIZE_BYTES, result);
        results.add(result);
      }
      return results;
    } finally {
      Files.delete(file);
    }
  }

  private void runProcess(Path memory, int programs) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            program,
            "-machine",
            "virt,memory-backend=ram",
            "-object",
            "memory-backend-file,id=ram,size=%d,mem-path=%s,share=on".formatted(RAM_BYTES, memory),
            "-m",
            Integer.toString(RAM_BYTES >> 20),
            "-cpu",
            processor,
            "-smp",
            "2", // With two harts it translates atomics as such, with the right exceptions.
            "-bios",
            "none",
            "-display",
            "none",
            "-serial",
            "none",
            "-monitor",
            "none",
            "-nodefaults");
    Path output = Files.createTempFile("xenoserver-verify-", ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.getOutputStream().close();
      long milliseconds = SECONDS * 1000 + programs * MILLISECONDS_PER_PROGRAM;
      if (process.waitFor(milliseconds, TimeUnit.MILLISECONDS) && process.exitValue() != 0) {
        throw new IOException(
            "%s ended with status %d: %s"
                .formatted(
                    program,
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8).strip()));
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
      Files.delete(output);
    }
  }
}
