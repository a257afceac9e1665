package org.xenoserver.vmm.riscv;

import org.xenoserver.vmm.memory.RawMemory;

/**
 * LR, SC and the AMOs (unprivileged manual, chapter "A"), atomic across harts on different threads.
 *
 * <p>Every one is sequentially consistent, whatever its aq and rl bits ask. SC is a compare-and-set
 * with what LR loaded.
 */
final class AtomicInstructions {
  private static final long NO_ADDRESS = -1;

  private AtomicInstructions() {}

  /** Executes one; false if it faulted and the fault is noted. */
  static boolean execute(Hart hart, long decoded) {
    int opcode = DecodedInstruction.opcode(decoded);
    boolean word = opcode < Opcode.LR_D;
    int size = word ? 4 : 8;
    long virtual = hart.x(DecodedInstruction.rs1(decoded));
    boolean loadReserved = opcode == Opcode.LR_W || opcode == Opcode.LR_D;
    MemoryAccess memory = hart.memoryAccess;
    long host =
        memory.atomicAddress(
            virtual, size, loadReserved ? PageTableWalk.LOAD : PageTableWalk.STORE);
    if (host == NO_ADDRESS) {
      return false;
    }
    long operand = hart.x(DecodedInstruction.rs2(decoded));
    long result;
    if (loadReserved) {
      result = loadReserved(hart, host, word);
    } else if (opcode == Opcode.SC_W || opcode == Opcode.SC_D) {
      result = storeConditional(hart, host, word, operand);
      memory.stored(host, size);
    } else {
      result = word ? updateWord(opcode, host, (int) operand) : update(opcode, host, operand);
      memory.stored(host, size);
    }
    hart.x(DecodedInstruction.rd(decoded), result);
    return true;
  }

  /** What LR notes and SC must find: the address and, in its lowest bit, the size. */
  private static long reservation(long host, boolean word) {
    return word ? host | 1 : host;
  }

  /** LR at an aligned host address: the value. */
  static long loadReserved(Hart hart, long host, boolean word) {
    RawMemory.fullFence();
    long value = word ? RawMemory.getInt(host) : RawMemory.getLong(host);
    RawMemory.fullFence();
    MemoryAccess memory = hart.memoryAccess;
    memory.reservation = reservation(host, word);
    memory.reservedValue = value;
    return value;
  }

  /** SC at an aligned host address: 0 if it stored, else 1. */
  static long storeConditional(Hart hart, long host, boolean word, long operand) {
    MemoryAccess memory = hart.memoryAccess;
    boolean held = memory.reservation == reservation(host, word);
    memory.reservation = 0;
    if (!held) {
      return 1;
    }
    boolean stored =
        word
            ? RawMemory.compareAndSetInt(host, (int) memory.reservedValue, (int) operand)
            : RawMemory.compareAndSetLong(host, memory.reservedValue, operand);
    return stored ? 0 : 1;
  }

  /** Any other AMO on an aligned word: what was there before. */
  static int updateWord(int opcode, long host, int operand) {
    if (opcode == Opcode.AMOADD_W) {
      return RawMemory.getAndAddInt(host, operand);
    }
    if (opcode == Opcode.AMOSWAP_W) {
      return RawMemory.getAndSetInt(host, operand);
    }
    while (true) {
      int old = RawMemory.getInt(host);
      int updated =
          switch (opcode) {
            case Opcode.AMOXOR_W -> old ^ operand;
            case Opcode.AMOAND_W -> old & operand;
            case Opcode.AMOOR_W -> old | operand;
            case Opcode.AMOMIN_W -> Math.min(old, operand);
            case Opcode.AMOMAX_W -> Math.max(old, operand);
            case Opcode.AMOMINU_W -> Integer.compareUnsigned(old, operand) < 0 ? old : operand;
            case Opcode.AMOMAXU_W -> Integer.compareUnsigned(old, operand) > 0 ? old : operand;
            default -> throw new IllegalArgumentException(Opcode.name(opcode));
          };
      if (RawMemory.compareAndSetInt(host, old, updated)) {
        return old;
      }
    }
  }

  /** Any other AMO on an aligned doubleword: what was there before. */
  static long update(int opcode, long host, long operand) {
    if (opcode == Opcode.AMOADD_D) {
      return RawMemory.getAndAddLong(host, operand);
    }
    if (opcode == Opcode.AMOSWAP_D) {
      return RawMemory.getAndSetLong(host, operand);
    }
    while (true) {
      long old = RawMemory.getLong(host);
      long updated =
          switch (opcode) {
            case Opcode.AMOXOR_D -> old ^ operand;
            case Opcode.AMOAND_D -> old & operand;
            case Opcode.AMOOR_D -> old | operand;
            case Opcode.AMOMIN_D -> Math.min(old, operand);
            case Opcode.AMOMAX_D -> Math.max(old, operand);
            case Opcode.AMOMINU_D -> Long.compareUnsigned(old, operand) < 0 ? old : operand;
            case Opcode.AMOMAXU_D -> Long.compareUnsigned(old, operand) > 0 ? old : operand;
            default -> throw new IllegalArgumentException(Opcode.name(opcode));
          };
      if (RawMemory.compareAndSetLong(host, old, updated)) {
        return old;
      }
    }
  }
}
