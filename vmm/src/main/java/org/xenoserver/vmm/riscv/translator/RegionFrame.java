package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xenoserver.vmm.memory.RawMemory;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * What the code of a region is written with: the class file, which guest register is in which local
 * variable, and how registers come in and go out.
 *
 * <p>In one of two ways. Registers are <em>kept</em> for the optimising compiler: all that the
 * region uses are loaded when it is entered, and written back where it is left. For the fast
 * compiler they are <em>written through</em>: a register is loaded where a block first uses it, and
 * every change is stored at once. Then no variable lives on from block to block, which is what
 * takes that compiler its time.
 */
final class RegionFrame {
  static final String HART = "org/xenoserver/vmm/riscv/Hart";
  static final String REGION = "org/xenoserver/vmm/riscv/TranslatedRegion";
  static final String CLASS = "org/xenoserver/vmm/riscv/Region";
  static final String CONTROL = "org/xenoserver/vmm/riscv/ControlStatusRegisters";
  static final String MEMORY = "org/xenoserver/vmm/riscv/MemoryAccess";

  // Parameters and scratch variables.
  static final int THIS = 0;
  static final int HART_SLOT = 1;
  static final int BASE = 2;
  static final int ENTRY = 4;
  static final int LEFT = 5;
  static final int UNSAFE = 6;
  static final int ARRAY = 7;
  static final int LOAD_TABLE = 8;
  static final int ADDRESS = 10;
  static final int SLOT = 12;
  static final int INEXACT = 14;
  static final int DOUBLE_A = 15;
  static final int DOUBLE_R = 17;
  static final int FLOAT_A = 19;
  static final int FLOAT_B = 20;
  static final int FLOAT_R = 21;
  static final int RESULT = 22;
  static final int DOUBLE_P = 24;
  private static final int FLOAT_ARRAY = 26;
  private static final int FIRST_REGISTER = 27;

  /** No page: a bit is set that no tag has. */
  private static final long NO_PAGE = 0x800;

  private static final int MAX_STACK = 16;

  /** From an array of longs to its first element. */
  private static final long FIRST_ELEMENT = RawMemory.LONG_ARRAY_BASE;

  // Tags of verification types.
  private static final Integer INT = 1;
  private static final Integer FLOAT = 2;
  private static final Integer DOUBLE = 3;
  private static final Integer LONG = 4;

  final ClassBytes code = new ClassBytes();
  private final int[] slots = new int[64];
  private final int[] words = new int[32];

  /** Integer registers that hold a sign-extended word which is in its variable, as bits. */
  private int wordsKnown;

  private final Map<PageCaches.Base, Integer> caches = new LinkedHashMap<>();
  private final List<Object> types = new ArrayList<>();
  private final long used;
  private final long doubles;
  private final boolean writesThrough;

  /** Registers whose values are in their variables, if they are written through. */
  private long known;

  /** Where it goes on if floating point cannot be used as it is. */
  final Label unusable = new Label();

  /** Where it goes on when what it called has returned. */
  final Label returned = new Label();

  private List<Label> entries = List.of();
  private boolean floatingPoint;

  /**
   * @param used registers the region reads or writes, as {@link RegisterUse}
   * @param written registers it writes
   * @param cached base registers whose pages are kept
   * @param writesThrough whether registers are written through; else they are kept, and so are
   *     words, beside the registers they were extended to
   * @param doubles floating-point registers that are kept as doubles; the others as their bits
   */
  RegionFrame(
      long used, long written, long doubles, List<PageCaches.Base> cached, boolean writesThrough) {
    this.used = used;
    this.doubles = doubles;
    this.writesThrough = writesThrough;
    types.addAll(List.of(CLASS, HART, LONG, INT, INT, HostUnsafe.OWNER, "[J", LONG, LONG, LONG));
    types.addAll(List.of(INT, DOUBLE, DOUBLE, FLOAT, FLOAT, FLOAT, LONG, DOUBLE, "[J"));
    int next = FIRST_REGISTER;
    for (int register = 1; register < 64; register++) {
      if ((used >>> register & 1) != 0) {
        slots[register] = next;
        next += 2;
        types.add((doubles >>> register & 1) != 0 ? DOUBLE : LONG);
      }
    }
    for (PageCaches.Base base : cached) {
      caches.put(base, next);
      next += 4;
      types.add(LONG);
      types.add(LONG);
    }
    if (!writesThrough) {
      for (int register = 1; register < 32; register++) {
        if ((written >>> register & 1) != 0) {
          words[register] = next++;
          types.add(INT);
        }
      }
    }
    slots[0] = next;
  }

  // ---- pages kept

  /**
   * The variable of the page last accessed by a base register; two further is that of the addend. 0
   * if none is kept.
   */
  int cacheOf(PageCaches.Base base) {
    return caches.getOrDefault(base, 0);
  }

  /** Forgets the pages: the hart's tables are, or may be, others. */
  void loadTable() {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.field(Bytecode.GETFIELD, HART, "memoryAccess", "L" + MEMORY + ";");
    code.field(Bytecode.GETFIELD, MEMORY, "loadTable", "J");
    code.local(Bytecode.LSTORE, LOAD_TABLE);
    for (int slot : caches.values()) {
      code.pushLong(NO_PAGE);
      code.local(Bytecode.LSTORE, slot);
    }
  }

  // ---- registers

  /** Pushes an integer register. */
  void pushX(int register) {
    if (register == 0) {
      code.pushLong(0);
    } else if (isThere(register)) {
      code.local(Bytecode.LLOAD, slots[register]);
    } else {
      pushElement(register);
    }
  }

  /** Pops an integer register; of x0 the value is dropped. */
  void popX(int register) {
    if (RegisterUse.x(register) == 0) {
      code.op(Bytecode.POP2);
    } else {
      code.local(Bytecode.LSTORE, slots[register]);
      wordsKnown &= ~(1 << register);
      changed(register);
    }
  }

  // ---- registers that are written through

  /** Loads what an instruction reads, before code of it that may be jumped over. */
  void beginInstruction(Instruction instruction) {
    long missing = RegisterUse.reads(instruction) & ~1L;
    for (int register = 1; register < 64; register++) {
      if ((missing >>> register & 1) != 0 && !isThere(register)) {
        pushElement(register);
        code.local(storing(register), slots[register]);
        known |= 1L << register;
      }
    }
  }

  private boolean isThere(int register) {
    return !writesThrough || (known >>> register & 1) != 0;
  }

  private void pushElement(int register) {
    code.local(Bytecode.ALOAD, UNSAFE);
    pushElementAddress(register);
    HostUnsafe.getElement(code, typeOf(register), descriptorOf(register));
  }

  private void changed(int register) {
    if (writesThrough) {
      code.local(Bytecode.ALOAD, UNSAFE);
      pushElementAddress(register);
      code.local(loading(register), slots[register]);
      HostUnsafe.putElement(code, typeOf(register), descriptorOf(register));
      known |= 1L << register;
    }
  }

  private void pushElementAddress(int register) {
    code.local(Bytecode.ALOAD, register < 32 ? ARRAY : FLOAT_ARRAY);
    code.pushLong(FIRST_ELEMENT + (register & 31) * (long) Long.BYTES);
  }

  private boolean isKeptAsDouble(int register) {
    return (doubles >>> register & 1) != 0;
  }

  private int loading(int register) {
    return isKeptAsDouble(register) ? Bytecode.DLOAD : Bytecode.LLOAD;
  }

  private int storing(int register) {
    return isKeptAsDouble(register) ? Bytecode.DSTORE : Bytecode.LSTORE;
  }

  private String typeOf(int register) {
    return isKeptAsDouble(register) ? "Double" : "Long";
  }

  private String descriptorOf(int register) {
    return isKeptAsDouble(register) ? "D" : "J";
  }

  // A word that was computed as an int is kept as one for as long as its block goes on: what
  // follows
  // computes with ints, and the JVM's compiler finds out which extended values nobody needs.

  /** Whether an integer register is known to be the extension of a word. */
  boolean isWord(int register) {
    return register == 0 || (wordsKnown >>> register & 1) != 0;
  }

  /** Pushes the low word of an integer register as an int. */
  void pushWord(int register) {
    if (register == 0) {
      code.pushInt(0);
    } else if (isWord(register)) {
      code.local(Bytecode.ILOAD, words[register]);
    } else {
      pushX(register);
      code.op(Bytecode.L2I);
    }
  }

  /** Pops an int, sign-extended, into an integer register other than x0. */
  void popWord(int register) {
    if (words[register] == 0) {
      code.op(Bytecode.I2L);
      popX(register);
      return;
    }
    code.op(Bytecode.DUP);
    code.local(Bytecode.ISTORE, words[register]);
    code.op(Bytecode.I2L);
    code.local(Bytecode.LSTORE, slots[register]);
    wordsKnown |= 1 << register;
  }

  /** Says that a block begins, which may be reached with anything in the registers. */
  void beginBlock() {
    wordsKnown = 0;
    known = 0;
  }

  /** The variable of an integer register other than x0 that the instruction reads. */
  int slotOfX(int register) {
    return slots[register];
  }

  /** Pushes a floating-point register as a double. */
  void pushDouble(int register) {
    pushF(register);
    if (!isKeptAsDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D");
    }
  }

  /** Pops a double into a floating-point register. */
  void popDouble(int register) {
    if (!isKeptAsDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J");
    }
    popF(register);
  }

  /** Pushes the bits of a floating-point register. */
  void pushBits(int register) {
    pushF(register);
    if (isKeptAsDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J");
    }
  }

  /** Pops the bits of a floating-point register. */
  void popBits(int register) {
    if (isKeptAsDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D");
    }
    popF(register);
  }

  private void pushF(int register) {
    if (isThere(register + 32)) {
      code.local(loading(register + 32), slots[register + 32]);
    } else {
      pushElement(register + 32);
    }
  }

  private void popF(int register) {
    code.local(storing(register + 32), slots[register + 32]);
    changed(register + 32);
  }

  // ---- the way in

  /**
   * Loads what is kept, and goes to the block of the entry.
   *
   * @param floatingPoint whether to leave at once if floating point is off or rounds otherwise
   */
  void begin(List<Label> entries, boolean floatingPoint) {
    this.entries = entries;
    this.floatingPoint = floatingPoint;
    if (floatingPoint) {
      testFloatingPoint();
    }
    HostUnsafe.push(code);
    code.local(Bytecode.ASTORE, UNSAFE);
    loadTable();
    for (int slot : caches.values()) {
      code.pushLong(0);
      code.local(Bytecode.LSTORE, slot + 2);
    }
    code.pushLong(0);
    code.local(Bytecode.LSTORE, ADDRESS);
    code.pushLong(0);
    code.local(Bytecode.LSTORE, SLOT);
    code.pushLong(0);
    code.local(Bytecode.LSTORE, RESULT);
    if (!floatingPoint) {
      code.pushInt(0);
      code.local(Bytecode.ISTORE, INEXACT);
    }
    for (int slot : new int[] {DOUBLE_A, DOUBLE_R, DOUBLE_P}) {
      code.op(Bytecode.DCONST_0);
      code.local(Bytecode.DSTORE, slot);
    }
    for (int slot = FLOAT_A; slot <= FLOAT_R; slot++) {
      code.pushFloat(0);
      code.local(Bytecode.FSTORE, slot);
    }
    for (int slot : words) {
      if (slot != 0) {
        code.pushInt(0);
        code.local(Bytecode.ISTORE, slot);
      }
    }
    loadArray("x", ARRAY);
    loadArray("f", FLOAT_ARRAY);
    if (writesThrough) {
      for (int register = 1; register < 64; register++) {
        if (slots[register] != 0) {
          clear(register);
        }
      }
    }
    loadAndEnter();
  }

  private void loadArray(String field, int slot) {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.field(Bytecode.GETFIELD, HART, field, "[J");
    code.local(Bytecode.ASTORE, slot);
  }

  private void clear(int register) {
    if (isKeptAsDouble(register)) {
      code.op(Bytecode.DCONST_0);
    } else {
      code.pushLong(0);
    }
    code.local(storing(register), slots[register]);
  }

  private void loadAndEnter() {
    if (!writesThrough) {
      loadRegisters(ARRAY, 0);
      loadRegisters(FLOAT_ARRAY, 32);
    }
    if (floatingPoint) {
      code.local(Bytecode.ILOAD, INEXACT);
      code.jump(Bytecode.IFLT, unusable);
    }
    if (entries.size() == 1) {
      code.jump(Bytecode.GOTO, entries.getFirst());
    } else {
      code.local(Bytecode.ILOAD, ENTRY);
      code.tableSwitch(entries.getFirst(), entries);
    }
  }

  /** What was called may have changed every register and the hart's tables. */
  void enterAfterReturn() {
    code.bind(returned);
    if (floatingPoint) {
      testFloatingPoint();
    }
    loadTable();
    loadAndEnter();
  }

  private void testFloatingPoint() {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.invoke(Bytecode.INVOKESTATIC, FLOATS, "enter", "(L" + HART + ";)I");
    code.local(Bytecode.ISTORE, INEXACT);
  }

  static final String FLOATS = "org/xenoserver/vmm/riscv/RegionFloats";

  private void loadRegisters(int array, int first) {
    for (int register = first == 0 ? 1 : 32; register < first + 32; register++) {
      if ((used >>> register & 1) != 0) {
        code.local(Bytecode.ALOAD, array);
        code.pushInt(register - first);
        code.op(Bytecode.LALOAD);
        if ((doubles >>> register & 1) != 0) {
          code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D");
          code.local(Bytecode.DSTORE, slots[register]);
        } else {
          code.local(Bytecode.LSTORE, slots[register]);
        }
      }
    }
  }

  // ---- the way out

  /** Of registers that were changed, those that are to be written back where a region is left. */
  long writtenBack(long changed) {
    return writesThrough ? changed & RegisterUse.FLOATING_POINT : changed;
  }

  /** Writes registers back. */
  void store(long registers) {
    storeRegisters(FLOAT_ARRAY, 32, registers);
    storeRegisters(ARRAY, 0, registers);
  }

  private void storeRegisters(int array, int first, long registers) {
    for (int register = first == 0 ? 1 : 32; register < first + 32; register++) {
      if ((registers >>> register & 1) != 0) {
        code.local(Bytecode.ALOAD, array);
        code.pushInt(register - first);
        if ((doubles >>> register & 1) != 0) {
          code.local(Bytecode.DLOAD, slots[register]);
          code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J");
        } else {
          code.local(Bytecode.LLOAD, slots[register]);
        }
        code.op(Bytecode.LASTORE);
      }
    }
  }

  /** The class file; everything is written. */
  byte[] finish() {
    return code.finish(CLASS, REGION, "run", "(L" + HART + ";JII)I", MAX_STACK, slots[0], types);
  }
}
