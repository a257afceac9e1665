package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * What the code of a region is written with: the class file, its local variables, the guest's
 * registers among them ({@link RegisterVariables}), and the way in.
 */
final class RegionFrame {
  static final String HART = "org/xenoserver/vmm/riscv/Hart";
  static final String JUMP = "org/xenoserver/vmm/riscv/Jump";
  static final String REGION = "org/xenoserver/vmm/riscv/TranslatedRegion";
  static final String CLASS = "org/xenoserver/vmm/riscv/Region";
  static final String CONTROL = "org/xenoserver/vmm/riscv/ControlStatusRegisters";
  static final String MEMORY = "org/xenoserver/vmm/riscv/MemoryAccess";
  static final String DISPATCH = "org/xenoserver/vmm/riscv/RegionDispatch";

  // Parameters and scratch variables.
  static final int THIS = 0;
  static final int HART_SLOT = 1;
  static final int BASE = 2;
  static final int ENTRY = 4;
  static final int LEFT = 5;
  static final int UNSAFE = 6;
  static final int F_ARRAY = 7;
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
  private static final int NOTHING = 26;
  private static final int FIRST_REGISTER = 27;

  private static final String OBJECT = "java/lang/Object";

  private static final int MAX_STACK = 20;

  /** Entries among which one is found by looking at one after the other. */
  private static final int MOST_IN_TURN = 4;

  // Tags of verification types.
  private static final Integer INT = 1;
  private static final Integer FLOAT = 2;
  private static final Integer DOUBLE = 3;
  private static final Integer LONG = 4;

  final ClassBytes code = new ClassBytes();
  final KeptPages pages;
  private final int[] words = new int[32];

  /** Integer registers that hold a sign-extended word which is in its variable, as bits. */
  private int wordsKnown;

  private final List<Object> types = new ArrayList<>();
  private final RegisterVariables registers;
  private final int variables;
  private final boolean quick;

  /** Where it goes on if floating point cannot be used as it is. */
  final Label unusable = new Label();

  /** Where code for the fast compiler goes on when what it called has returned. */
  final Label returned = new Label();

  private List<Label> entries = List.of();
  private boolean floatingPoint;

  /**
   * @param used registers the region reads or writes, as {@link RegisterUse}
   * @param written registers it writes
   * @param cached base registers whose pages are kept
   * @param waiting the places of the accesses that use them
   * @param quick whether the code is for the fast compiler: registers are written through; else
   *     they are kept, and so are words, beside the registers they were extended to
   * @param doubles floating-point registers that are kept as doubles; the others as their bits
   */
  RegionFrame(
      long used,
      long written,
      long doubles,
      List<PageCaches.Kept> cached,
      Set<Integer> waiting,
      boolean quick) {
    this.quick = quick;
    this.registers = new RegisterVariables(code, used, doubles, quick, FIRST_REGISTER);
    types.addAll(List.of(CLASS, HART, LONG, INT, INT, HostUnsafe.OWNER, "[J", LONG, LONG, LONG));
    types.addAll(List.of(INT, DOUBLE, DOUBLE, FLOAT, FLOAT, FLOAT, LONG, DOUBLE, OBJECT));
    registers.addTypes(types, LONG, DOUBLE);
    this.pages = new KeptPages(code, cached, waiting, registers.end());
    pages.addTypes(types, LONG);
    int next = pages.end();
    if (!quick) {
      for (int register = 1; register < 32; register++) {
        if ((written >>> register & 1) != 0) {
          words[register] = next++;
          types.add(INT);
        }
      }
    }
    variables = next;
  }

  /** Whether the code is for the JVM's fast compiler, not for the optimising one. */
  boolean isQuick() {
    return quick;
  }

  // ---- access to memory

  /** Pushes what {@link HostUnsafe#get} and {@link HostUnsafe#put} take before an address. */
  void pushMemory() {
    code.local(Bytecode.ALOAD, UNSAFE);
    if (!HostUnsafe.takesNull()) {
      return;
    }
    if (quick) {
      code.local(Bytecode.ALOAD, NOTHING);
    } else {
      code.op(Bytecode.ACONST_NULL);
    }
  }

  // ---- instructions left

  /** Takes instructions off those that may still be retired. */
  void takeFromLeft(int instructions) {
    if (quick) {
      code.local(Bytecode.ALOAD, HART_SLOT);
      pushLeft();
      code.pushInt(instructions);
      code.op(Bytecode.ISUB);
      code.field(Bytecode.PUTFIELD, HART, "left", "I");
    } else {
      code.increment(LEFT, -instructions);
    }
  }

  /** Pushes how many instructions may still be retired. */
  void pushLeft() {
    if (quick) {
      pushHartField("left", "I");
    } else {
      code.local(Bytecode.ILOAD, LEFT);
    }
  }

  /** Pops how many instructions may still be retired. */
  void popLeft() {
    code.local(Bytecode.ISTORE, LEFT);
    if (quick) {
      storeLeft();
    }
  }

  private void storeLeft() {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.local(Bytecode.ILOAD, LEFT);
    code.field(Bytecode.PUTFIELD, HART, "left", "I");
  }

  /** Finds the hart's tables: they are, or may be, others. */
  void loadTable() {
    pushHartField("memoryAccess", "L" + MEMORY + ";");
    code.field(Bytecode.GETFIELD, MEMORY, "loadTable", "J");
    code.local(Bytecode.LSTORE, LOAD_TABLE);
    pages.forget();
  }

  // ---- registers

  /** Pushes an integer register. */
  void pushX(int register) {
    if (register == 0) {
      code.pushLong(0);
    } else {
      registers.push(register);
    }
  }

  /** Pops an integer register; of x0 the value is dropped. */
  void popX(int register) {
    if (RegisterUse.x(register) == 0) {
      code.op(Bytecode.POP2);
    } else {
      registers.pop(register);
      wordsKnown &= ~(1 << register);
    }
  }

  // A word that was computed as an int is kept as one for as long as its block goes on: what
  // follows computes with ints, and the JVM's compiler finds out which extended values nobody
  // needs.

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
    registers.pop(register);
    wordsKnown |= 1 << register;
  }

  /** Says that a block begins, which may be reached with anything in the registers. */
  void beginBlock() {
    wordsKnown = 0;
    registers.beginBlock();
  }

  /** Says that an instruction begins. */
  void beginInstruction(Instruction instruction) {
    registers.need(RegisterUse.reads(instruction));
  }

  /** The variable of an integer register other than x0 that the instruction reads. */
  int slotOfX(int register) {
    return registers.slot(register);
  }

  /** Pushes a floating-point register as a double. */
  void pushDouble(int register) {
    registers.push(register + 32);
    if (!registers.isDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D");
    }
  }

  /** Pops a double into a floating-point register. */
  void popDouble(int register) {
    if (!registers.isDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J");
    }
    registers.pop(register + 32);
  }

  /** Pushes the bits of a floating-point register. */
  void pushBits(int register) {
    registers.push(register + 32);
    if (registers.isDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J");
    }
  }

  /** Pops the bits of a floating-point register. */
  void popBits(int register) {
    if (registers.isDouble(register + 32)) {
      code.invoke(Bytecode.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D");
    }
    registers.pop(register + 32);
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
    HostUnsafe.push(code);
    code.local(Bytecode.ASTORE, UNSAFE);
    pushHostNull();
    code.local(Bytecode.ASTORE, NOTHING);
    pages.initialise();
    for (int slot : new int[] {LOAD_TABLE, ADDRESS, SLOT, RESULT}) {
      code.pushLong(0);
      code.local(Bytecode.LSTORE, slot);
    }
    code.pushInt(0);
    code.local(Bytecode.ISTORE, INEXACT);
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
    registers.initialise();
    if (quick) {
      storeLeft();
    }
    reload();
    enter();
  }

  private void pushHostNull() {
    if (quick) {
      pushHartField("nothing", "L" + OBJECT + ";");
    } else {
      code.op(Bytecode.ACONST_NULL);
    }
  }

  private void load() {
    registers.load();
    if (floatingPoint) {
      code.local(Bytecode.ILOAD, INEXACT);
      code.jump(Bytecode.IFLT, unusable);
    }
  }

  private void enter() {
    if (entries.size() == 1) {
      code.jump(Bytecode.GOTO, entries.getFirst());
    } else if (quick) {
      code.local(Bytecode.ILOAD, ENTRY); // Five of six times it is where the region begins.
      code.jump(Bytecode.IFEQ, entries.getFirst());
      enterAmong(IntStream.range(1, entries.size()).toArray());
    } else {
      code.local(Bytecode.ILOAD, ENTRY);
      code.tableSwitch(entries.getFirst(), 0, entries);
    }
  }

  /**
   * Goes on, in code for the fast compiler, where what was called was to come back to.
   *
   * @param comeBack the entries that may be, ascending
   */
  void comeBack(int[] comeBack) {
    code.bind(returned);
    reload();
    enterAmong(comeBack);
  }

  /**
   * The fast compiler has a switch look at one key after the other: halves are told apart first.
   */
  private void enterAmong(int[] keys) {
    if (keys.length == 1) {
      code.jump(Bytecode.GOTO, entries.get(keys[0]));
      return;
    }
    code.local(Bytecode.ILOAD, ENTRY);
    if (keys.length <= MOST_IN_TURN) {
      int last = keys.length - 1;
      int[] others = Arrays.copyOf(keys, last);
      code.lookupSwitch(
          entries.get(keys[last]), others, Arrays.stream(others).mapToObj(entries::get).toList());
      return;
    }
    int middle = keys.length / 2;
    Label upper = new Label();
    code.pushInt(keys[middle]);
    code.jump(Bytecode.IFGE + Bytecode.TWO_INTS, upper);
    enterAmong(Arrays.copyOf(keys, middle));
    code.bind(upper);
    enterAmong(Arrays.copyOfRange(keys, middle, keys.length));
  }

  /** Loads what is kept: what was called may have changed every register and the hart's tables. */
  void reload() {
    if (floatingPoint) {
      testFloatingPoint();
    }
    loadTable();
    load();
  }

  private void testFloatingPoint() {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.invoke(Bytecode.INVOKESTATIC, FLOATS, "enter", "(L" + HART + ";)I");
    code.local(Bytecode.ISTORE, INEXACT);
  }

  static final String FLOATS = "org/xenoserver/vmm/riscv/RegionFloats";

  // ---- the way out

  /** Of what was changed, what is to be written back where the region is left. */
  long writtenBack(long changed) {
    return registers.writtenBack(changed);
  }

  /** Writes registers back. */
  void store(long changed) {
    registers.store(changed);
    if ((changed & RegisterUse.FLOATING_POINT) != 0) {
      pushHartField("csrs", "L" + CONTROL + ";");
      code.invoke(Bytecode.INVOKEVIRTUAL, CONTROL, "floatingPointDirty", "()V");
    }
  }

  /** Pushes a field of the hart. */
  void pushHartField(String name, String descriptor) {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.field(Bytecode.GETFIELD, HART, name, descriptor);
  }

  /** Pushes the address of a place. */
  void pushAddress(int place) {
    code.local(Bytecode.LLOAD, BASE);
    code.pushLong(2L * place);
    code.op(Bytecode.LADD);
  }

  /** The class file; everything is written. */
  byte[] finish() {
    return code.finish(CLASS, JUMP, "run", "(L" + HART + ";JII)I", MAX_STACK, variables, types);
  }
}
