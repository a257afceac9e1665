package org.xenoserver.vmm.riscv;

import org.xenoserver.vmm.memory.ConsecutiveFields;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * A hart's integer registers. They are fields, one beside the other: translated code names them,
 * which the JVM's fast compiler makes one short instruction of, and everything else finds them by
 * number.
 */
@SuppressWarnings("unused") // Accessed by number, and by translated code.
abstract class IntegerRegisters {
  /** How many there are: 32, and the one that stands for a discarded x0. */
  private static final int COUNT = DecodedInstruction.SINK + 1;

  // x0 is never written.
  private long x0;
  long x1;
  long x2;
  long x3;
  long x4;
  long x5;
  long x6;
  long x7;
  long x8;
  long x9;
  long x10;
  long x11;
  long x12;
  long x13;
  long x14;
  long x15;
  long x16;
  long x17;
  long x18;
  long x19;
  long x20;
  long x21;
  long x22;
  long x23;
  long x24;
  long x25;
  long x26;
  long x27;
  long x28;
  long x29;
  long x30;
  long x31;
  // Written and never read.
  private long x32;

  private static final long FIRST = ConsecutiveFields.first(IntegerRegisters.class, "x", COUNT);

  /** An integer register, 0 to 31. */
  final long x(int register) {
    return RawMemory.getLong(this, FIRST + ((long) register << 3));
  }

  /** Sets an integer register, 1 to 31 or {@link DecodedInstruction#SINK}. */
  final void x(int register, long value) {
    RawMemory.putLong(this, FIRST + ((long) register << 3), value);
  }
}
