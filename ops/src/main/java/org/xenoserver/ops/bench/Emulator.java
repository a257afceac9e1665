package org.xenoserver.ops.bench;

import java.util.List;

/** A program that runs RISC-V machines: ours or a peer. */
sealed interface Emulator permits XenoServer, Qemu, Rvvm {
  /** What reports call it. */
  String name();

  /** What it says of itself, for the report. */
  String version();

  /** Whether it can start Linux with an initial RAM disk. */
  boolean bootsLinux();

  /** The command that runs a machine with its console on standard input and output. */
  List<String> command(MachineSetup setup);
}
