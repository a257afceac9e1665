package org.xenoserver.vmm.riscv.translator;

import java.util.List;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * Which guest register is in which local variable of a region, and how it comes there and back: 1
 * to 31 are the integer registers, 32 to 63 the floating-point ones.
 *
 * <p>In one of two ways. Registers are <em>kept</em> for the optimising compiler: all that the
 * region uses are loaded when it is entered, and written back where it is left. For the fast
 * compiler they are <em>written through</em>: a register is loaded where a block first uses it, and
 * every change is stored at once. Then no variable lives on from block to block, which is what
 * takes that compiler its time.
 */
final class RegisterVariables {
  private static final int FLOATING_POINT = 32;
  private static final int REGISTERS = 64;

  private final ClassBytes code;
  private final long used;
  private final long doubles;
  private final boolean writesThrough;
  private final int[] slots = new int[REGISTERS];
  private final int end;

  /** Registers whose values are in their variables, if they are written through. */
  private long known;

  /**
   * @param used registers the region reads or writes, as {@link RegisterUse}
   * @param doubles floating-point registers that are doubles; the others are their bits
   * @param first the first variable
   */
  RegisterVariables(ClassBytes code, long used, long doubles, boolean writesThrough, int first) {
    this.code = code;
    this.used = used;
    this.doubles = doubles;
    this.writesThrough = writesThrough;
    int next = first;
    for (int register = 1; register < REGISTERS; register++) {
      if (isUsed(register)) {
        slots[register] = next;
        next += 2;
      }
    }
    end = next;
  }

  /** The first variable after them. */
  int end() {
    return end;
  }

  /** Adds the verification types of all of them. */
  void addTypes(List<Object> types, Object longType, Object doubleType) {
    for (int register = 1; register < REGISTERS; register++) {
      if (isUsed(register)) {
        types.add(isDouble(register) ? doubleType : longType);
      }
    }
  }

  private boolean isUsed(int register) {
    return (used >>> register & 1) != 0;
  }

  /** Whether a register's variable is a double. */
  boolean isDouble(int register) {
    return (doubles >>> register & 1) != 0;
  }

  /** The variable of a register. */
  int slot(int register) {
    return slots[register];
  }

  // ---- within the region

  /** Says that a block begins, which may be reached with anything in the variables. */
  void beginBlock() {
    known = 0;
  }

  /** Has registers in their variables, before code that may be jumped over. */
  void need(long registers) {
    for (int register = 1; register < REGISTERS; register++) {
      if ((registers >>> register & 1) != 0 && !isThere(register)) {
        pushOwn(register);
        popVariable(register);
        known |= 1L << register;
      }
    }
  }

  /** Pushes what a variable holds: a double, or a long. */
  void push(int register) {
    if (isThere(register)) {
      pushVariable(register);
    } else {
      pushOwn(register);
    }
  }

  /** Pops a double or a long, as the variable is one. */
  void pop(int register) {
    popVariable(register);
    if (writesThrough) {
      storeOwn(register);
      known |= 1L << register;
    }
  }

  private boolean isThere(int register) {
    return !writesThrough || (known >>> register & 1) != 0;
  }

  private void pushVariable(int register) {
    code.local(isDouble(register) ? Bytecode.DLOAD : Bytecode.LLOAD, slots[register]);
  }

  private void popVariable(int register) {
    code.local(isDouble(register) ? Bytecode.DSTORE : Bytecode.LSTORE, slots[register]);
  }

  // ---- the hart's own

  private void pushOwn(int register) {
    if (register < FLOATING_POINT) {
      code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
      code.field(Bytecode.GETFIELD, RegionFrame.HART, "x" + register, "J");
    } else if (writesThrough) {
      pushUnsafeElement(register);
      HostUnsafe.getElement(code, typeOf(register), descriptorOf(register));
    } else {
      pushElement(register);
      code.op(Bytecode.LALOAD);
      if (isDouble(register)) {
        code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D");
      }
    }
  }

  /** Stores what a variable holds. */
  private void storeOwn(int register) {
    if (register < FLOATING_POINT) {
      code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
      pushVariable(register);
      code.field(Bytecode.PUTFIELD, RegionFrame.HART, "x" + register, "J");
    } else if (writesThrough) {
      pushUnsafeElement(register);
      pushVariable(register);
      HostUnsafe.putElement(code, typeOf(register), descriptorOf(register));
    } else {
      pushElement(register);
      pushVariable(register);
      if (isDouble(register)) {
        code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J");
      }
      code.op(Bytecode.LASTORE);
    }
  }

  private void pushElement(int register) {
    code.local(Bytecode.ALOAD, RegionFrame.F_ARRAY);
    code.pushInt(register - FLOATING_POINT);
  }

  private void pushUnsafeElement(int register) {
    code.local(Bytecode.ALOAD, RegionFrame.UNSAFE);
    code.local(Bytecode.ALOAD, RegionFrame.F_ARRAY);
    code.pushLong(RawMemory.LONG_ARRAY_BASE + (register - FLOATING_POINT) * (long) Long.BYTES);
  }

  private String typeOf(int register) {
    return isDouble(register) ? "Double" : "Long";
  }

  private String descriptorOf(int register) {
    return isDouble(register) ? "D" : "J";
  }

  // ---- the way in

  /** Gives each variable a value of its type, before the first {@link #load}. */
  void initialise() {
    code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
    code.field(Bytecode.GETFIELD, RegionFrame.HART, "f", "[J");
    code.local(Bytecode.ASTORE, RegionFrame.F_ARRAY);
    if (!writesThrough) {
      return;
    }
    for (int register = 1; register < REGISTERS; register++) {
      if (isUsed(register)) {
        if (isDouble(register)) {
          code.op(Bytecode.DCONST_0);
        } else {
          code.pushLong(0);
        }
        popVariable(register);
      }
    }
  }

  /** Loads what is kept. */
  void load() {
    for (int register = 1; register < REGISTERS && !writesThrough; register++) {
      if (isUsed(register)) {
        pushOwn(register);
        popVariable(register);
      }
    }
  }

  // ---- the way out

  /** Of what was changed, what is to be written back where the region is left. */
  long writtenBack(long changed) {
    return writesThrough ? changed & RegisterUse.FLOATING_POINT : changed;
  }

  /** Writes registers back. */
  void store(long registers) {
    for (int register = 1; register < REGISTERS; register++) {
      if ((registers >>> register & 1) != 0) {
        storeOwn(register);
      }
    }
  }
}
