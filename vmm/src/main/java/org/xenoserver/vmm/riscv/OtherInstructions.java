package org.xenoserver.vmm.riscv;

import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.lengthHalfWords;
import static org.xenoserver.vmm.riscv.DecodedInstruction.opcode;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;

/**
 * What the main loop leaves: system instructions, bit manipulation, the way to A, F and D, accesses
 * that missed, and instructions not decoded yet.
 */
final class OtherInstructions {
  /** The next instruction follows. */
  static final int NEXT = 0;

  /** pc was set. */
  static final int JUMP = 1;

  /** The instruction was not retired: pc is at a trap handler. */
  static final int TRAP = 2;

  /** pc was set, and interrupts or requests must be looked at first. */
  static final int LEAVE = 3;

  /** Nothing was executed: the instruction is known now. */
  static final int AGAIN = 4;

  private OtherInstructions() {}

  /** Executes the instruction at {@code hart.pc}; returns what comes next. */
  static int execute(Hart h, CodePage page, int slot, long d) {
    int opcode = opcode(d);
    if (opcode <= Opcode.CROSSES_PAGE) {
      if (opcode == Opcode.UNDECODED) {
        page.decode(slot);
      }
      return AGAIN;
    }
    if (opcode >= Opcode.LB && opcode <= Opcode.SD) {
      return (opcode >= Opcode.SB ? MissedAccess.store(h, d) : MissedAccess.load(h, d))
          ? NEXT
          : TRAP;
    }
    if (opcode >= Opcode.FLW) {
      int outcome = FloatingPointInstructions.execute(h, d);
      return outcome == FloatingPointInstructions.ILLEGAL ? illegal(h, page, slot, d) : outcome;
    }
    if (opcode >= Opcode.LR_W) {
      if (AtomicInstructions.execute(h, d)) {
        return NEXT;
      }
      h.memoryAccess.raiseFault();
      return TRAP;
    }
    if (opcode >= Opcode.CLZ) {
      h.x(rd(d), bitManipulation(opcode, h.x(rs1(d)), h.x(rs2(d)), immediate(d)));
      return NEXT;
    }
    return system(h, page, slot, d);
  }

  private static int illegal(Hart h, CodePage page, int slot, long d) {
    int bits =
        lengthHalfWords(d) == 1
            ? page.halfWord(slot)
            : slot == CodePage.SLOTS - 1 ? h.instructionFetch.crossed : page.instruction(slot);
    h.raise(TrapCause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(bits));
    return TRAP;
  }

  private static int leave(Hart h, long d) {
    h.pc += 2L * lengthHalfWords(d);
    return LEAVE;
  }

  private static int system(Hart h, CodePage page, int slot, long d) {
    switch (opcode(d)) {
      case Opcode.CSRRW, Opcode.CSRRS, Opcode.CSRRC -> {
        return csr(h, page, slot, d, h.x(rs1(d)), opcode(d) - Opcode.CSRRW);
      }
      case Opcode.CSRRWI, Opcode.CSRRSI, Opcode.CSRRCI -> {
        return csr(h, page, slot, d, rs1(d), opcode(d) - Opcode.CSRRWI);
      }
      case Opcode.PAUSE -> {
        return h.spins() ? leave(h, d) : NEXT;
      }
      case Opcode.ECALL -> {
        if (h.environmentCall()) {
          return TRAP;
        }
        return leave(h, d);
      }
      case Opcode.EBREAK -> {
        h.raise(TrapCause.BREAKPOINT, h.pc);
        return TRAP;
      }
      case Opcode.SRET -> {
        return h.csrs.returnFromSupervisor() ? returned(h) : illegal(h, page, slot, d);
      }
      case Opcode.MRET -> {
        return h.csrs.returnFromMachine() ? returned(h) : illegal(h, page, slot, d);
      }
      case Opcode.WFI -> {
        if (h.csrs.forbidsWait()) {
          return illegal(h, page, slot, d);
        }
        h.waitForInterrupt();
        return leave(h, d);
      }
      case Opcode.SFENCE_VMA -> {
        if (h.csrs.forbidsTranslationControl()) {
          return illegal(h, page, slot, d);
        }
        if (rs1(d) != 0) {
          h.memoryAccess.flushPage(h.x(rs1(d)));
        } else if (rs2(d) != 0) {
          h.memoryAccess.flushAddressSpace((int) h.x(rs2(d)) & 0xffff);
        } else {
          h.memoryAccess.flushAll();
        }
        h.pc += 4;
        return JUMP;
      }
      case Opcode.FENCE_I -> {
        h.memoryAccess.fenceInstructions();
        h.pc += 4;
        return JUMP;
      }
      case Opcode.ILLEGAL -> {
        return illegal(h, page, slot, d);
      }
      default -> throw new IllegalArgumentException(Opcode.name(opcode(d)));
    }
  }

  /** After xRET interrupts may be open again. */
  private static int returned(Hart h) {
    return h.hasPendingInterrupt() ? LEAVE : JUMP;
  }

  /** A CSR instruction: operation 0 writes, 1 sets bits, 2 clears bits. */
  private static int csr(Hart h, CodePage page, int slot, long d, long operand, int operation) {
    ControlStatusRegisters csrs = h.csrs;
    int number = immediate(d);
    boolean write = operation == 0 || rs1(d) != 0;
    if (!csrs.permits(number, write)) {
      return illegal(h, page, slot, d);
    }
    boolean read = operation != 0 || rd(d) != DecodedInstruction.SINK;
    long old = read ? csrs.read(number) : 0;
    boolean leave = false;
    if (write) {
      long base = operation == 0 ? 0 : readForUpdate(csrs, number, old);
      leave =
          csrs.write(
              number,
              switch (operation) {
                case 0 -> operand;
                case 1 -> base | operand;
                default -> base & ~operand;
              });
    }
    h.x(rd(d), old);
    boolean certain = number == Csr.SSTATUS || number == Csr.MSTATUS;
    return leave && (!certain || h.hasPendingInterrupt()) ? leave(h, d) : NEXT;
  }

  /** Setting bits of mip or sip must not latch the level of a line (section 3.1.9). */
  private static long readForUpdate(ControlStatusRegisters csrs, int number, long old) {
    return number == Csr.MIP || number == Csr.SIP ? csrs.latchedPending() : old;
  }

  private static long bitManipulation(int opcode, long a, long b, int shift) {
    return switch (opcode) {
      case Opcode.CLZ -> Long.numberOfLeadingZeros(a);
      case Opcode.CTZ -> Long.numberOfTrailingZeros(a);
      case Opcode.CPOP -> Long.bitCount(a);
      case Opcode.CLZW -> Integer.numberOfLeadingZeros((int) a);
      case Opcode.CTZW -> Integer.numberOfTrailingZeros((int) a);
      case Opcode.CPOPW -> Integer.bitCount((int) a);
      case Opcode.ROL -> Long.rotateLeft(a, (int) b);
      case Opcode.ROR -> Long.rotateRight(a, (int) b);
      case Opcode.RORI -> Long.rotateRight(a, shift);
      case Opcode.ROLW -> Integer.rotateLeft((int) a, (int) b);
      case Opcode.RORW -> Integer.rotateRight((int) a, (int) b);
      case Opcode.RORIW -> Integer.rotateRight((int) a, shift);
      case Opcode.ORC_B -> BitManipulation.orCombine(a);
      case Opcode.REV8 -> Long.reverseBytes(a);
      case Opcode.CLMUL -> BitManipulation.carrylessLow(a, b);
      case Opcode.CLMULR -> BitManipulation.carrylessReversed(a, b);
      case Opcode.CLMULH -> BitManipulation.carrylessHigh(a, b);
      case Opcode.BCLR -> a & ~(1L << b);
      case Opcode.BEXT -> a >>> b & 1;
      case Opcode.BINV -> a ^ 1L << b;
      case Opcode.BSET -> a | 1L << b;
      case Opcode.BCLRI -> a & ~(1L << shift);
      case Opcode.BEXTI -> a >>> shift & 1;
      case Opcode.BINVI -> a ^ 1L << shift;
      case Opcode.BSETI -> a | 1L << shift;
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    };
  }
}
