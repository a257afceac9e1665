package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's firmware packages, made for QEMU's {@code virt} board, on ours. */
@Tag("guest")
final class FirmwareTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PROMPT = Pattern.compile("\n=> ");

  @Test
  void shouldRunOpenSbiAndUBootToItsPrompt() throws Exception {
    Path openSbi =
        Absence.unlessAnyOf(
            "the package opensbi", "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.elf");
    Path uBoot =
        Absence.unlessAnyOf(
            "the package u-boot-qemu", "/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf");
    try (XenoProcess machine =
        XenoProcess.start("run", "--firmware", openSbi.toString(), "--kernel", uBoot.toString())) {
      String version = machine.output().await(Pattern.compile("OpenSBI v\\S+"), PATIENCE).group();
      machine.output().await(Pattern.compile("Boot HART ID"), PATIENCE);
      useUBoot(machine, version);
    }
  }

  @Test
  void shouldRunUBootInMachineMode() throws Exception {
    Path uBoot =
        Absence.unlessAnyOf("the package u-boot-qemu", "/usr/lib/u-boot/qemu-riscv64/uboot.elf");
    try (XenoProcess machine = XenoProcess.start("run", "--firmware", uBoot.toString())) {
      useUBoot(machine, "no OpenSBI");
    }
  }

  private static void useUBoot(XenoProcess machine, String below) throws InterruptedException {
    String version = machine.output().await(Pattern.compile("U-Boot \\d\\S+"), PATIENCE).group();
    System.out.println(version + " on " + below);
    machine.output().await(Pattern.compile("Hit any key to stop autoboot"), PATIENCE);
    machine.type(" ");
    machine.output().await(PROMPT, PATIENCE);
    machine.type("setexpr x 0x1234 * 0x10; printenv x\r");
    assertThat(machine.output().await(Pattern.compile("\nx=(\\w+)"), PATIENCE).group(1))
        .isEqualTo("12340");
  }
}
