package org.xenoserver.ops.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Our bare-metal programs. The name in lower case is that of the C source beside these classes. */
enum Kernel {
  COREMARK("lists, matrices, a state machine, CRC"),
  SORT("a million 64 bit numbers"),
  CHASE_256K("pointers through 256 KiB"),
  CHASE_16M("pointers through 16 MiB"),
  STRINGS("bytes compared, folded, hashed"),
  BYTECODE_SWITCH("an interpreter with a jump table"),
  BYTECODE_CALLS("an interpreter with function pointers"),
  SHA256("SHA-256 of a megabyte"),
  MEMORY("memcpy, memset, memcmp"),
  MATMUL("matrices in double precision"),
  MATMUL_FLOAT("matrices in single precision"),
  NBODY("bodies in double precision"),
  TRAPS("system calls, faults, rdtime"),
  PAGES("page-table churn"),
  FIB("recursion"),
  PARALLEL("the same work on each of several harts");

  private final String description;

  Kernel(String description) {
    this.description = description;
  }

  /** What it is called on the command line, in reports, and by itself. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String description() {
    return description;
  }

  static Optional<Kernel> named(String title) {
    return Arrays.stream(values()).filter(kernel -> kernel.title().equals(title)).findFirst();
  }
}
