package org.xenoserver.ops.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * RVVM. It takes no initial RAM disk, so that it runs the kernels only, as flat files behind
 * firmware that jumps to them.
 *
 * @param firmware OpenSBI's {@code fw_jump}
 */
record Rvvm(Path program, Path firmware) implements Emulator {
  static final String PROGRAM = "rvvm";

  /** Where Debian's package opensbi has its firmware. */
  static final Path FIRMWARE = Path.of("/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.bin");

  @Override
  public String name() {
    return "rvvm";
  }

  @Override
  public String version() {
    return program.toString();
  }

  @Override
  public boolean bootsLinux() {
    return false;
  }

  @Override
  public List<String> command(MachineSetup setup) {
    return List.of(
        program.toString(),
        firmware.toString(),
        "-nogui",
        "-nonet",
        "-nosound",
        "-m",
        setup.memoryMiB() + "M",
        "-smp",
        Integer.toString(setup.harts()),
        "-k",
        CrossCompiler.flat(setup.kernel()).toString(),
        "-cmdline",
        setup.append());
  }
}
