package org.xenoserver.ops.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** QEMU's {@code virt} board on its own translator, without devices nobody uses. */
record Qemu(Path program, String version) implements Emulator {
  static final String PROGRAM = "qemu-system-riscv64";

  @Override
  public String name() {
    return "qemu";
  }

  @Override
  public boolean bootsLinux() {
    return true;
  }

  @Override
  public List<String> command(MachineSetup setup) {
    List<String> command =
        new ArrayList<>(
            List.of(program.toString(), "-machine", "virt", "-accel", "tcg", "-bios", "default"));
    command.addAll(List.of("-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot"));
    command.addAll(List.of("-m", setup.memoryMiB() + "M"));
    command.addAll(List.of("-smp", Integer.toString(setup.harts())));
    command.addAll(List.of("-kernel", setup.kernel().toString()));
    Path initrd = setup.initrd();
    if (initrd != null) {
      command.addAll(List.of("-initrd", initrd.toString()));
    }
    command.addAll(List.of("-append", setup.append()));
    return command;
  }
}
