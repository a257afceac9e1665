package org.xenoserver.vmm.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.vmm.hypervisor.FakeMachines;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class RunCommandTest {
  @TempDir Path folder;
  private String kernel = "";
  private final FakeMachines machines = new FakeMachines();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private InputStream in = InputStream.nullInputStream();

  @BeforeEach
  void writeKernel() throws IOException {
    kernel = Files.writeString(folder.resolve("kernel"), "kernel").toString();
  }

  @Test
  void shouldEndWithZeroWhenTheGuestPowersOffAndShowAllOfItsConsole() {
    machines.onBoot =
        machine -> {
          for (int i = 0; i < 1000; i++) {
            byte[] line = (i + "\n").getBytes(ISO_8859_1);
            machine.events.consoleOutput(line, 0, line.length);
          }
          machine.events.poweredOff(0);
        };
    assertThat(run("--kernel", kernel)).isZero();
    assertThat(out.toString(ISO_8859_1)).startsWith("0\n1\n").endsWith("998\n999\n");
    assertThat(err.toString(ISO_8859_1)).isEmpty();
    assertThat(machines.last().closed).isTrue();
  }

  @Test
  void shouldEndWithTheGuestsStatus() {
    machines.onBoot = machine -> machine.events.poweredOff(42);
    assertThat(run("--kernel", kernel)).isEqualTo(42);
    machines.onBoot = machine -> machine.events.poweredOff(256);
    assertThat(run("--kernel", kernel)).isEqualTo(255);
    assertThat(err.toString(ISO_8859_1))
        .isEqualTo("xeno run: the guest powered off with status 256, shown as 255\n");
  }

  @Test
  void shouldEndWithOneAndASentenceWhenTheGuestCrashes() {
    machines.onBoot = machine -> machine.events.crashed("it fetched from 0x0");
    assertThat(run("--kernel", kernel)).isEqualTo(1);
    assertThat(err.toString(ISO_8859_1))
        .isEqualTo("xeno run: the guest crashed: it fetched from 0x0\n");
  }

  @Test
  void shouldStopAGuestWhoseTimeIsUp() {
    machines.onBoot = machine -> machine.burn(true);
    assertThat(run("--kernel", kernel, "--timeout", "200ms")).isEqualTo(124);
    assertThat(err.toString(ISO_8859_1))
        .isEqualTo("xeno run: the guest was stopped after 0.2 s (--timeout)\n");
    assertThat(machines.last().closed).isTrue();
  }

  @Test
  void shouldRefuseAMachineThatCannotBeBuilt() {
    machines.refusal = new IOException("kernel 'k' is no kernel");
    assertThat(run("--kernel", kernel)).isEqualTo(2);
    assertThat(err.toString(ISO_8859_1))
        .isEqualTo("xeno run: domain 'run' cannot start: kernel 'k' is no kernel\n");
  }

  @Test
  void shouldTypeAllOfAPipeToAGuestThatReadsSlowly() {
    String text = "0123456789".repeat(2000);
    in = new ByteArrayInputStream(text.getBytes(ISO_8859_1));
    machines.onBoot = machine -> machine.inputRoom = 0;
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(() -> run("--kernel", kernel));
    await().until(() -> !machines.built.isEmpty());
    while (machines.last().typed.length() < text.length()) {
      int before = machines.last().typed.length();
      machines.last().inputRoom = 777;
      await().until(() -> machines.last().typed.length() > before);
    }
    assertThat(machines.last().typed.toString()).isEqualTo(text);
    assertThat(status).as("the end of the input does not end the guest").isNotDone();
    machines.last().tell(machine -> machine.events.poweredOff(0));
    assertThat(status.join()).isZero();
  }

  @Test
  void shouldQuitOnCtrlAXAndTypeWhatTheOtherEscapesMean() throws Exception {
    PipedOutputStream keys = new PipedOutputStream();
    in = new PipedInputStream(keys);
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(() -> run("--kernel", kernel));
    keys.write("a\001\001b\001c\001h\003".getBytes(ISO_8859_1));
    keys.flush();
    await().until(() -> !machines.built.isEmpty());
    await().until(() -> machines.last().typed.toString().equals("a\001b\001c\003"));
    assertThat(err.toString(ISO_8859_1))
        .isEqualTo("xeno run: Ctrl-A X quits, Ctrl-A H shows this, Ctrl-A Ctrl-A types a Ctrl-A\n");
    keys.write("\001x".getBytes(ISO_8859_1));
    keys.flush();
    assertThat(status.join()).isZero();
    assertThat(machines.last().closed).isTrue();
  }

  @Test
  void shouldWriteFiguresAsJson() throws Exception {
    machines.onBoot =
        machine -> {
          machine.events.consoleOutput(new byte[] {'!'}, 0, 1);
          machine.events.poweredOff(3);
        };
    Path stats = folder.resolve("stats.json");
    assertThat(run("--kernel", kernel, "--stats", stats.toString())).isEqualTo(3);
    JsonNode json = JsonMapper.shared().readTree(stats);
    assertThat(json.get("status").asInt()).isEqualTo(3);
    assertThat(json.get("wall_ns").asLong()).isPositive();
    assertThat(json.get("cpu_ns").asLong()).isBetween(1L, json.get("wall_ns").asLong());
    assertThat(json.get("wait_ns").isIntegralNumber()).isTrue();
    assertThat(json.get("retired_instructions").asLong()).isEqualTo(100);
    assertThat(json.get("instructions_to_first_console_byte").asLong()).isEqualTo(100);
    assertThat(json.get("exits").get("wfi").asLong()).isEqualTo(5);
    assertThat(json.get("disks").get("write_bytes").asLong()).isEqualTo(1024);
  }

  @Test
  void shouldRefuseWrongUsageWithOneSentenceAndStatusTwo() {
    refused("there is nothing to start: give --kernel FILE or --firmware FILE");
    refused("kernel '/no/such' does not exist", "--kernel", "/no/such");
    refused(
        "--memory 0 is not allowed: it must be a positive multiple of 4K",
        "--kernel",
        kernel,
        "--memory",
        "0");
    refused("--cpus '0' is not a number from 1 to 128", "--kernel", kernel, "--cpus", "0");
    refused("disk '/no/disk' does not exist", "--kernel", kernel, "--disk", "/no/disk,readonly");
    refused("initrd '/no/initrd' does not exist", "--kernel", kernel, "--initrd", "/no/initrd");
    refused("--kernel needs a value: FILE", "--kernel");
    refused("--kernel is given more than once", "--kernel", kernel, "--kernel", kernel);
    refused(
        "--stats '/no/such/folder/x' is not a file that can be written",
        "--kernel",
        kernel,
        "--stats",
        "/no/such/folder/x");
    refused(
        "'--ram' is not understood; options are --kernel, --initrd, --append, --firmware,"
            + " --memory, --cpus, --disk, --translate, --timeout, --stats, --help",
        "--kernel",
        kernel,
        "--ram",
        "1G");
    assertThat(machines.built).isEmpty();
  }

  @Test
  void shouldRefuseMoreMemoryThanTheHostHas() {
    assertThat(run("--kernel", kernel, "--memory", "4000000G")).isEqualTo(2);
    assertThat(err.toString(ISO_8859_1))
        .startsWith("xeno run: memory of 4294967296000000 bytes is more than the ")
        .endsWith(" bytes this host has\n");
  }

  private void refused(String sentence, String... arguments) {
    err.reset();
    assertThat(run(arguments)).as(sentence).isEqualTo(2);
    assertThat(err.toString(ISO_8859_1)).isEqualTo("xeno run: " + sentence + "\n");
    assertThat(out.size()).isZero();
  }

  private int run(String... arguments) {
    PrintStream messages = new PrintStream(err, true, ISO_8859_1);
    RunCommand command =
        new RunCommand((clock, mode) -> machines, () -> new Stdio(in, out, messages, false));
    return RunCommand.commandLine(command)
        .setErr(new PrintWriter(new OutputStreamWriter(messages, ISO_8859_1), true))
        .execute(arguments);
  }
}
