package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class EmulatorTest {
  private static final MachineSetup LINUX =
      new MachineSetup(Path.of("/k"), Path.of("/i"), "console=ttyS0 hostname=x", 512, 2);
  private static final MachineSetup KERNEL =
      new MachineSetup(Path.of("/k.elf"), null, "rounds=3", 256, 1);

  @Test
  void shouldGiveEveryMachineTheSame() {
    assertThat(String.join(" ", new Qemu(Path.of("/q"), "7.2").command(LINUX)))
        .startsWith("/q -machine virt -accel tcg -bios default ")
        .contains("-serial stdio", "-m 512M", "-smp 2", "-kernel /k", "-initrd /i")
        .endsWith("-append console=ttyS0 hostname=x");
    assertThat(new XenoServer(Path.of("/x"), null).command(LINUX))
        .containsExactly(
            "/x",
            "run",
            "--memory",
            "512M",
            "--cpus",
            "2",
            "--kernel",
            "/k",
            "--initrd",
            "/i",
            "--append",
            "console=ttyS0 hostname=x");
    assertThat(String.join(" ", new Rvvm(Path.of("/r"), Path.of("/f")).command(KERNEL)))
        .startsWith("/r /f ")
        .contains("-m 256M", "-smp 1", "-k /k.elf.bin")
        .endsWith("-cmdline rounds=3");
  }

  @Test
  void shouldLeaveOutWhatWasNotGiven() {
    assertThat(new Qemu(Path.of("/q"), "7.2").command(KERNEL)).doesNotContain("-initrd");
    assertThat(new XenoServer(Path.of("/x"), null).command(KERNEL))
        .doesNotContain("--initrd", "--translate");
  }

  @Test
  void shouldPassTheTierOn() {
    XenoServer never = new XenoServer(Path.of("/x"), "never");

    assertThat(String.join(" ", never.command(KERNEL, Path.of("/s"))))
        .startsWith("/x run ")
        .endsWith(" --translate never --stats /s");
    assertThat(String.join(" ", never.commandOfDomains(LINUX, 2)))
        .startsWith("/x bench domains ")
        .endsWith(" --translate never --domains 2");
  }
}
