package org.xenoserver.vmm.riscv;

import java.lang.reflect.Field;
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

  private static final long FIRST = offsetOfFirst();

  /** Where the first is, once it is certain that the JVM put the others behind it in order. */
  private static long offsetOfFirst() {
    long first = offset(0);
    for (int register = 1; register < COUNT; register++) {
      if (offset(register) != first + register * (long) Long.BYTES) {
        throw new IllegalStateException("The JVM does not keep the registers in their order.");
      }
    }
    return first;
  }

  private static long offset(int register) {
    try {
      Field field = IntegerRegisters.class.getDeclaredField("x" + register);
      return RawMemory.fieldOffset(field);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An integer register, 0 to 31. */
  final long x(int register) {
    return RawMemory.getLong(this, FIRST + ((long) register << 3));
  }

  /** Sets an integer register, 1 to 31 or {@link DecodedInstruction#SINK}. */
  final void x(int register, long value) {
    RawMemory.putLong(this, FIRST + ((long) register << 3), value);
  }
}
