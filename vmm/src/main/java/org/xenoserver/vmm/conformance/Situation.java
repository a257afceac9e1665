package org.xenoserver.vmm.conformance;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.assembler.InstructionLayout.Field;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;

/**
 * What a program being made is expected to be able to reach where it is: its mode, and the
 * addresses of code and data in that mode. An expectation that a trap upsets leads to more traps,
 * no worse.
 */
final class Situation {
  private static final long[] CONSTANTS = {
    0,
    1,
    -1,
    2,
    7,
    63,
    64,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    0xffffffffL,
    0x80000000L,
    0x5555555555555555L,
    0x00ff00ff00ff00ffL,
    0x7ff0000000000000L,
    0xfff0000000000000L,
    0x7ff8000000000000L,
    0x7ff0000000000001L,
    0x3ff0000000000000L,
    0x0010000000000000L,
    0x000fffffffffffffL,
    0x7fefffffffffffffL,
    0x43e0000000000000L,
    0xc3e0000000000000L,
    0x41dfffffffc00000L,
    0x36a0000000000000L,
    0xffffffff7f800000L,
    0xffffffffff800000L,
    0xffffffff7fc00000L,
    0xffffffff7f800001L,
    0xffffffff3f800000L,
    0xffffffff00800000L,
    0xffffffff007fffffL,
    0xffffffff00000001L,
    0xffffffff7f7fffffL,
    0xffffffff4f000000L,
    0xffffffff5f000000L,
    0xffffffff80000000L
  };

  private final SplittableRandom random;
  private final Traits traits;
  private final @Nullable AddressSpace space;
  private int mode;

  Situation(SplittableRandom random, Traits traits, @Nullable AddressSpace space) {
    this.random = random;
    this.traits = traits;
    this.space = space;
    this.mode = traits.mode();
  }

  Traits traits() {
    return traits;
  }

  int mode() {
    return mode;
  }

  void enter(int mode) {
    this.mode = mode;
  }

  @Nullable AddressSpace space() {
    return space;
  }

  /** Where the code begins in a mode. */
  long window(int mode) {
    if (space == null || mode == Traits.MACHINE) {
      return Arena.BASE + Arena.CODE;
    }
    return mode == Traits.USER ? space.user : space.supervisor;
  }

  /** Where the code of the current mode can be written. */
  long writableCode() {
    if (space == null || mode != Traits.USER) {
      return Arena.BASE + Arena.CODE;
    }
    return space.large + Arena.CODE;
  }

  /** An address among the data, most often one that can be reached. */
  long dataAddress() {
    long offset = 0x800 + random.nextInt(0x2ff0);
    if (random.nextInt(3) == 0) {
      offset = (1 + random.nextInt(3) << 12) + random.nextInt(64) - 32;
    }
    if (random.nextInt(4) != 0) {
      offset &= -8;
    }
    return data() + offset;
  }

  private long data() {
    long physical = Arena.BASE + Arena.DATA;
    if (space == null || mode == Traits.MACHINE && random.nextInt(16) != 0) {
      return physical;
    }
    long window =
        switch (random.nextInt(16)) {
          case 0 -> space.user;
          case 1 -> space.supervisor;
          case 2 -> Arena.BASE - AddressSpace.DATA_IN_WINDOW + Arena.DATA;
          default -> mode == Traits.USER ? space.user : space.supervisor;
        };
    return switch (random.nextInt(6)) {
      case 0 -> space.large + Arena.DATA;
      case 1 -> space.huge + (physical - Arena.RAM);
      default -> window + AddressSpace.DATA_IN_WINDOW;
    };
  }

  /** A number that is likely to be special to some instruction. */
  long number() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(256) - 128;
      case 2 -> CONSTANTS[random.nextInt(CONSTANTS.length)] + random.nextInt(3) - 1;
      default -> CONSTANTS[random.nextInt(CONSTANTS.length)];
    };
  }

  /** Puts a constant into a register. */
  static void load(CodeBuffer code, int register, long value) {
    long low = value << 52 >> 52;
    Operands operands = new Operands().with(Field.RD, register);
    if (value == (int) value) {
      if (value - low != 0) {
        code.add(InstructionPool.row("lui"), operands.with(Field.IMM, value - low));
        code.add(
            InstructionPool.row("addiw"),
            new Operands().with(Field.RD, register).with(Field.RS1, register).with(Field.IMM, low));
      } else {
        code.add(InstructionPool.row("addi"), operands.with(Field.IMM, low));
      }
      return;
    }
    load(code, register, value - low >> 12);
    code.add(InstructionPool.row("slli"), operands.with(Field.RS1, register).with(Field.IMM, 12));
    code.add(
        InstructionPool.row("addi"),
        new Operands().with(Field.RD, register).with(Field.RS1, register).with(Field.IMM, low));
  }
}
