package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;

import org.xenoserver.vmm.riscv.DataTables;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/** Loads, stores and atomics: by the cached translation, or not at all. */
final class MemoryEmitter {
  private static final String ATOMICS = "org/xenoserver/vmm/riscv/AtomicInstructions";
  private static final String RAW_MEMORY = "org/xenoserver/vmm/memory/RawMemory";

  private final RegionFrame frame;
  private final ClassBytes code;

  MemoryEmitter(RegionFrame frame) {
    this.frame = frame;
    this.code = frame.code;
  }

  /** An integer or floating-point load or store, or a load-reserved, conditional or AMO. */
  void emit(Instruction instruction, Label miss) {
    int opcode = instruction.opcode();
    if (Translatable.isAtomic(opcode)) {
      atomic(instruction, miss);
      return;
    }
    long d = instruction.decoded();
    switch (opcode) {
      case Opcode.LB, Opcode.LBU -> load(instruction, 1, "Byte", "B", miss);
      case Opcode.LH -> load(instruction, 2, "Short", "S", miss);
      case Opcode.LHU -> load(instruction, 2, "Char", "C", miss);
      case Opcode.LW, Opcode.LWU, Opcode.FLW -> load(instruction, 4, "Int", "I", miss);
      case Opcode.LD, Opcode.FLD -> load(instruction, 8, "Long", "J", miss);
      default -> {
        store(instruction, miss);
        return;
      }
    }
    if (opcode == Opcode.LW && rd(d) != SINK) {
      frame.popWord(rd(d));
      return;
    }
    extend(opcode);
    switch (opcode) {
      case Opcode.FLW -> {
        code.pushLong(0xffffffffL);
        code.op(Bytecode.LAND);
        code.pushLong(0xffffffff00000000L);
        code.op(Bytecode.LOR);
        frame.popBits(rd(d));
      }
      case Opcode.FLD -> frame.popBits(rd(d));
      default -> frame.popX(rd(d));
    }
  }

  private void extend(int opcode) {
    switch (opcode) {
      case Opcode.LBU -> {
        code.pushInt(0xff);
        code.op(Bytecode.IAND);
        code.op(Bytecode.I2L);
      }
      case Opcode.LWU -> {
        code.op(Bytecode.I2L);
        code.pushLong(0xffffffffL);
        code.op(Bytecode.LAND);
      }
      case Opcode.LD, Opcode.FLD -> {}
      default -> code.op(Bytecode.I2L);
    }
  }

  private void load(
      Instruction instruction, int sizeBytes, String type, String descriptor, Label miss) {
    pushHostAddress(instruction, sizeBytes, 0, miss);
    HostUnsafe.get(code, type, descriptor);
  }

  private void store(Instruction instruction, Label miss) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    int sizeBytes =
        switch (opcode) {
          case Opcode.SB -> 1;
          case Opcode.SH -> 2;
          case Opcode.SW, Opcode.FSW -> 4;
          default -> 8;
        };
    pushHostAddress(instruction, sizeBytes, DataTables.STORE_DISTANCE, miss);
    if (Translatable.isFloat(opcode)) {
      frame.pushBits(rs2(d));
    } else {
      frame.pushX(rs2(d));
    }
    if (sizeBytes < 8) {
      code.op(Bytecode.L2I);
    }
    switch (sizeBytes) {
      case 1 -> {
        code.op(Bytecode.I2B);
        HostUnsafe.put(code, "Byte", "B");
      }
      case 2 -> {
        code.op(Bytecode.I2S);
        HostUnsafe.put(code, "Short", "S");
      }
      case 4 -> HostUnsafe.put(code, "Int", "I");
      default -> HostUnsafe.put(code, "Long", "J");
    }
  }

  /** Pushes the receiver and the host address of a plain access. */
  private void pushHostAddress(Instruction instruction, int sizeBytes, long table, Label miss) {
    long d = instruction.decoded();
    int address = address(rs1(d), immediate(d));
    int kept = frame.pages.slotOf(instruction);
    if (kept == 0) {
      check(address, sizeBytes, table, miss);
      frame.pushMemory();
      pushHostAddress(address);
      return;
    }
    Label known = new Label();
    pushTag(address, sizeBytes);
    code.local(Bytecode.LLOAD, kept);
    code.op(Bytecode.LCMP);
    code.jump(Bytecode.IFEQ, known);
    if (frame.pages.isFollowed(instruction)) {
      keepFollowed(address, sizeBytes, kept, miss);
    } else {
      check(address, sizeBytes, table, miss);
      keepPage(address, sizeBytes, kept);
      pushAddend();
      code.local(Bytecode.LSTORE, kept + 2);
    }
    code.bind(known);
    frame.pushMemory();
    code.local(Bytecode.LLOAD, address);
    code.local(Bytecode.LLOAD, kept + 2);
    code.op(Bytecode.LADD);
  }

  private void keepPage(int address, int sizeBytes, int kept) {
    pushLastPage(address, sizeBytes);
    code.local(Bytecode.LSTORE, kept);
  }

  /**
   * Checks a load and keeps what was found, by the shortest way to the addend, since the next
   * access waits for this one. If the addend is the one that is kept, that one is used: where
   * addresses are mapped in large pages or not at all, the host's processor guesses so and waits
   * for neither.
   */
  private void keepFollowed(int address, int sizeBytes, int kept, Label miss) {
    Label same = new Label();
    pushIndex(address);
    code.local(Bytecode.LSTORE, RegionFrame.SLOT);
    frame.pushMemory();
    code.local(Bytecode.LLOAD, RegionFrame.SLOT);
    code.local(Bytecode.LLOAD, RegionFrame.LOAD_TABLE);
    code.op(Bytecode.LADD);
    HostUnsafe.get(code, "Long", "J");
    pushLastPage(address, sizeBytes);
    missUnlessEqual(miss);
    keepPage(address, sizeBytes, kept);
    frame.pushMemory();
    code.local(Bytecode.LLOAD, RegionFrame.SLOT);
    frame.pages.pushLoadAddends();
    code.op(Bytecode.LADD);
    HostUnsafe.get(code, "Long", "J");
    code.local(Bytecode.LSTORE, RegionFrame.SLOT);
    code.local(Bytecode.LLOAD, RegionFrame.SLOT);
    code.local(Bytecode.LLOAD, kept + 2);
    code.op(Bytecode.LXOR); // Of two values it compares, the JVM would use the later one.
    code.op(Bytecode.LCONST_0);
    code.op(Bytecode.LCMP);
    code.jump(Bytecode.IFEQ, same);
    code.local(Bytecode.LLOAD, RegionFrame.SLOT);
    code.local(Bytecode.LSTORE, kept + 2);
    code.bind(same);
  }

  /** Pushes the address of the page, if the access is aligned; else one that is no page's. */
  private void pushTag(int address, int sizeBytes) {
    code.local(Bytecode.LLOAD, address);
    code.pushLong(DataTables.PAGE_MASK | sizeBytes - 1);
    code.op(Bytecode.LAND);
  }

  /** Pushes the address of the page of the last byte. */
  private void pushLastPage(int address, int sizeBytes) {
    code.local(Bytecode.LLOAD, address);
    if (sizeBytes > 1) {
      code.pushLong(sizeBytes - 1);
      code.op(Bytecode.LADD);
    }
    code.pushLong(DataTables.PAGE_MASK);
    code.op(Bytecode.LAND);
  }

  private void pushAddend() {
    frame.pushMemory();
    code.local(Bytecode.LLOAD, RegionFrame.SLOT);
    code.pushLong(DataTables.ADDEND);
    code.op(Bytecode.LADD);
    HostUnsafe.get(code, "Long", "J");
  }

  /** The variable that holds a virtual address. */
  private int address(int register, int offset) {
    if (register != 0 && offset == 0) {
      return frame.slotOfX(register);
    }
    frame.pushX(register);
    code.pushLong(offset);
    code.op(Bytecode.LADD);
    code.local(Bytecode.LSTORE, RegionFrame.ADDRESS);
    return RegionFrame.ADDRESS;
  }

  /**
   * Finds the entry of the tables for a plain access, and goes to the miss if it is another's. That
   * of the first byte has the page of the last one only if both are on it, so that misaligned
   * accesses need no look of their own. It would be longer code from the fast compiler, which
   * leaves them out.
   */
  private void check(int address, int sizeBytes, long table, Label miss) {
    pushTagFound(address, table);
    if (frame.isQuick()) {
      pushTag(address, sizeBytes);
    } else {
      pushLastPage(address, sizeBytes);
    }
    missUnlessEqual(miss);
  }

  /** As {@link #check}, for an access that must be aligned. */
  private void checkAligned(int address, int sizeBytes, long table, Label miss) {
    pushTagFound(address, table);
    pushTag(address, sizeBytes);
    missUnlessEqual(miss);
  }

  private void missUnlessEqual(Label miss) {
    code.op(Bytecode.LCMP);
    code.jump(Bytecode.IFNE, miss);
  }

  private void pushTagFound(int address, long table) {
    pushIndex(address);
    code.local(Bytecode.LLOAD, RegionFrame.LOAD_TABLE);
    code.op(Bytecode.LADD);
    if (table != 0) {
      code.pushLong(table);
      code.op(Bytecode.LADD);
    }
    code.local(Bytecode.LSTORE, RegionFrame.SLOT);
    frame.pushMemory();
    code.local(Bytecode.LLOAD, RegionFrame.SLOT);
    HostUnsafe.get(code, "Long", "J");
  }

  /** The fast compiler has longs shifted by a register, and masked by one. */
  private void pushIndex(int address) {
    code.local(Bytecode.LLOAD, address);
    if (frame.isQuick()) {
      code.op(Bytecode.L2I);
      code.pushInt(DataTables.INDEX_SHIFT);
      code.op(Bytecode.IUSHR);
      code.pushInt((int) DataTables.INDEX_MASK);
      code.op(Bytecode.IAND);
      code.op(Bytecode.I2L);
    } else {
      code.pushInt(DataTables.INDEX_SHIFT);
      code.op(Bytecode.LUSHR);
      code.pushLong(DataTables.INDEX_MASK);
      code.op(Bytecode.LAND);
    }
  }

  /** Pushes the host's address for a virtual one whose entry was found. */
  private void pushHostAddress(int address) {
    code.local(Bytecode.LLOAD, address);
    pushAddend();
    code.op(Bytecode.LADD);
  }

  // ---- atomics

  private void atomic(Instruction instruction, Label miss) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    boolean word = opcode < Opcode.LR_D;
    int address = address(rs1(d), 0);
    boolean reserves = opcode == Opcode.LR_W || opcode == Opcode.LR_D;
    checkAligned(address, word ? 4 : 8, reserves ? 0 : DataTables.STORE_DISTANCE, miss);
    switch (opcode) {
      case Opcode.LR_W, Opcode.LR_D -> {
        code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
        pushHostAddress(address);
        code.pushInt(word ? 1 : 0);
        call(ATOMICS, "loadReserved", "(L" + RegionFrame.HART + ";JZ)J");
      }
      case Opcode.SC_W, Opcode.SC_D -> {
        code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
        pushHostAddress(address);
        code.pushInt(word ? 1 : 0);
        frame.pushX(rs2(d));
        call(ATOMICS, "storeConditional", "(L" + RegionFrame.HART + ";JZJ)J");
      }
      case Opcode.AMOADD_W, Opcode.AMOSWAP_W -> {
        pushHostAddress(address);
        frame.pushX(rs2(d));
        code.op(Bytecode.L2I);
        call(RAW_MEMORY, opcode == Opcode.AMOADD_W ? "getAndAddInt" : "getAndSetInt", "(JI)I");
        code.op(Bytecode.I2L);
      }
      case Opcode.AMOADD_D, Opcode.AMOSWAP_D -> {
        pushHostAddress(address);
        frame.pushX(rs2(d));
        call(RAW_MEMORY, opcode == Opcode.AMOADD_D ? "getAndAddLong" : "getAndSetLong", "(JJ)J");
      }
      default -> update(opcode, word, address, rs2(d));
    }
    frame.popX(rd(d));
  }

  private void update(int opcode, boolean word, int address, int operand) {
    code.pushInt(opcode);
    pushHostAddress(address);
    frame.pushX(operand);
    if (word) {
      code.op(Bytecode.L2I);
      call(ATOMICS, "updateWord", "(IJI)I");
      code.op(Bytecode.I2L);
    } else {
      call(ATOMICS, "update", "(IJJ)J");
    }
  }

  private void call(String owner, String name, String descriptor) {
    code.invoke(Bytecode.INVOKESTATIC, owner, name, descriptor);
  }
}
