package org.xenoserver.vmm.riscv;

import static org.xenoserver.vmm.riscv.TranslationBank.INDEX_MASK;
import static org.xenoserver.vmm.riscv.TranslationBank.INDEX_SHIFT;
import static org.xenoserver.vmm.riscv.TranslationBank.PAGE_MASK;

import org.xenoserver.vmm.memory.RawMemory;

/**
 * The interpreter's main loop: the integer instructions, from decoded pages.
 *
 * <p>One switch, so that the compiler keeps its state in machine registers; what is rarer or longer
 * goes to {@link OtherInstructions}. A translated region, where one is installed, runs in place of
 * the instruction it begins with.
 */
final class Interpreter {
  // From a packed instruction to eight times the number of one of its registers.
  private static final int RD = 9 - 3;
  private static final int RS1 = 15 - 3;
  private static final int RS2 = 21 - 3;

  /** All registers are within the array, so that no access need be checked. */
  private static final int REGISTER_MASK = 63 << 3;

  private Interpreter() {}

  private static long register(long[] x, int shifted) {
    return RawMemory.getElement(x, shifted & REGISTER_MASK);
  }

  private static void putRegister(long[] x, int shifted, long value) {
    RawMemory.putElement(x, shifted & REGISTER_MASK, value);
  }

  /**
   * Executes from {@code hart.pc} on, and leaves it at the next instruction.
   *
   * @param limit about how many instructions; the loop ends at the first jump after that many
   * @return how many were retired
   */
  static int execute(Hart h, int limit) {
    final long[] x = h.x;
    final MemoryAccess m = h.memoryAccess;
    final InstructionFetch fetch = h.instructionFetch;
    final int hot = h.visits;
    int left = limit;
    int trapped = 0;
    entering:
    while (left > 0) {
      CodePage page = fetch.pageOf(h.pc);
      if (page == null) {
        left--;
        trapped++;
        m.raiseFault();
        continue;
      }
      long[] code = page.code;
      long base = h.pc & PAGE_MASK;
      int i = (int) h.pc >>> 1 & CodePage.SLOTS - 1;
      short[] visits = page.visits;
      if (visits[i] >= hot) {
        int before = left;
        left = RegionDispatch.run(h, left);
        trapped += h.trappedInRegions;
        h.trappedInRegions = 0;
        int why = h.interpretNext;
        h.interpretNext = 0;
        if (why == RegionSystem.LOOK_AT_INTERRUPTS) {
          break;
        }
        if (left != before) {
          continue;
        }
      } else {
        visits[i]++;
      }
      while (true) {
        long d = code[i];
        int w = (int) d;
        boolean taken = false;
        left--;
        switch (w & 0x1ff) {
          case Opcode.UNDECODED:
            left++;
            page.decode(i);
            continue;
          case Opcode.CROSSES_PAGE:
            {
              left++;
              long[] crossing = fetch.crossing(page, base);
              if (crossing == null) {
                left--;
                trapped++;
                h.pc = base + 2L * i;
                m.raiseFault();
                continue entering;
              }
              code = crossing;
              continue;
            }
          case Opcode.PAGE_END:
            left++;
            h.pc = base + 2L * i;
            continue entering;
          case Opcode.LUI:
            putRegister(x, w >>> RD, (d >> 32));
            break;
          case Opcode.AUIPC:
            putRegister(x, w >>> RD, base + 2L * i + (d >> 32));
            break;
          case Opcode.JAL:
            putRegister(x, w >>> RD, base + 2L * (i + (w >>> 27 & 3)));
            taken = true;
            break;
          case Opcode.JALR:
            {
              long target = register(x, w >>> RS1) + (d >> 32) & ~1L;
              putRegister(x, w >>> RD, base + 2L * (i + (w >>> 27 & 3)));
              if ((target & PAGE_MASK) == base && left > 0) {
                i = (int) target >>> 1 & CodePage.SLOTS - 1;
                if (visits[i] < hot) {
                  visits[i]++;
                  continue;
                }
              }
              h.pc = target;
              continue entering;
            }
          case Opcode.BEQ:
            taken = register(x, w >>> RS1) == register(x, w >>> RS2);
            break;
          case Opcode.BNE:
            taken = register(x, w >>> RS1) != register(x, w >>> RS2);
            break;
          case Opcode.BLT:
            taken = register(x, w >>> RS1) < register(x, w >>> RS2);
            break;
          case Opcode.BGE:
            taken = register(x, w >>> RS1) >= register(x, w >>> RS2);
            break;
          case Opcode.BLTU:
            taken = Long.compareUnsigned(register(x, w >>> RS1), register(x, w >>> RS2)) < 0;
            break;
          case Opcode.BGEU:
            taken = Long.compareUnsigned(register(x, w >>> RS1), register(x, w >>> RS2)) >= 0;
            break;
          case Opcode.LB:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.loadTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                putRegister(x, w >>> RD, RawMemory.getByte(va + RawMemory.getLong(entry + 8)));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.load(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.LH:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.loadTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                putRegister(x, w >>> RD, RawMemory.getShort(va + RawMemory.getLong(entry + 8)));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.load(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.LW:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.loadTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                putRegister(x, w >>> RD, RawMemory.getInt(va + RawMemory.getLong(entry + 8)));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.load(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.LD:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.loadTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 7))) {
                putRegister(x, w >>> RD, RawMemory.getLong(va + RawMemory.getLong(entry + 8)));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.load(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.LBU:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.loadTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                putRegister(
                    x, w >>> RD, RawMemory.getByte(va + RawMemory.getLong(entry + 8)) & 0xff);
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.load(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.LHU:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.loadTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                putRegister(
                    x, w >>> RD, RawMemory.getShort(va + RawMemory.getLong(entry + 8)) & 0xffff);
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.load(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.LWU:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.loadTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                putRegister(
                    x, w >>> RD, RawMemory.getInt(va + RawMemory.getLong(entry + 8)) & 0xffffffffL);
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.load(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.SB:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.storeTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                RawMemory.putByte(va + RawMemory.getLong(entry + 8), (byte) register(x, w >>> RS2));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.store(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.SH:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.storeTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                RawMemory.putShort(
                    va + RawMemory.getLong(entry + 8), (short) register(x, w >>> RS2));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.store(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.SW:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.storeTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                RawMemory.putInt(va + RawMemory.getLong(entry + 8), (int) register(x, w >>> RS2));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.store(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.SD:
            {
              long va = register(x, w >>> RS1) + (d >> 32);
              long entry = m.storeTable + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 7))) {
                RawMemory.putLong(va + RawMemory.getLong(entry + 8), register(x, w >>> RS2));
              } else {
                h.pc = base + 2L * i;
                h.retiredInChunk = limit - left - 1 - trapped;
                if (!MissedAccess.store(h, d)) {
                  trapped++;
                  continue entering;
                }
              }
              break;
            }
          case Opcode.ADDI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) + (d >> 32));
            break;
          case Opcode.SLTI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) < (d >> 32) ? 1 : 0);
            break;
          case Opcode.SLTIU:
            putRegister(
                x, w >>> RD, Long.compareUnsigned(register(x, w >>> RS1), (d >> 32)) < 0 ? 1 : 0);
            break;
          case Opcode.XORI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) ^ (d >> 32));
            break;
          case Opcode.ORI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) | (d >> 32));
            break;
          case Opcode.ANDI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) & (d >> 32));
            break;
          case Opcode.SLLI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) << (int) (d >> 32));
            break;
          case Opcode.SRLI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) >>> (int) (d >> 32));
            break;
          case Opcode.SRAI:
            putRegister(x, w >>> RD, register(x, w >>> RS1) >> (int) (d >> 32));
            break;
          case Opcode.ADD:
            putRegister(x, w >>> RD, register(x, w >>> RS1) + register(x, w >>> RS2));
            break;
          case Opcode.SUB:
            putRegister(x, w >>> RD, register(x, w >>> RS1) - register(x, w >>> RS2));
            break;
          case Opcode.SLL:
            putRegister(x, w >>> RD, register(x, w >>> RS1) << register(x, w >>> RS2));
            break;
          case Opcode.SLT:
            putRegister(x, w >>> RD, register(x, w >>> RS1) < register(x, w >>> RS2) ? 1 : 0);
            break;
          case Opcode.SLTU:
            putRegister(
                x,
                w >>> RD,
                Long.compareUnsigned(register(x, w >>> RS1), register(x, w >>> RS2)) < 0 ? 1 : 0);
            break;
          case Opcode.XOR:
            putRegister(x, w >>> RD, register(x, w >>> RS1) ^ register(x, w >>> RS2));
            break;
          case Opcode.SRL:
            putRegister(x, w >>> RD, register(x, w >>> RS1) >>> register(x, w >>> RS2));
            break;
          case Opcode.SRA:
            putRegister(x, w >>> RD, register(x, w >>> RS1) >> register(x, w >>> RS2));
            break;
          case Opcode.OR:
            putRegister(x, w >>> RD, register(x, w >>> RS1) | register(x, w >>> RS2));
            break;
          case Opcode.AND:
            putRegister(x, w >>> RD, register(x, w >>> RS1) & register(x, w >>> RS2));
            break;
          case Opcode.ADDIW:
            putRegister(x, w >>> RD, (int) (register(x, w >>> RS1) + (d >> 32)));
            break;
          case Opcode.SLLIW:
            putRegister(x, w >>> RD, (int) register(x, w >>> RS1) << (int) (d >> 32));
            break;
          case Opcode.SRLIW:
            putRegister(x, w >>> RD, (int) register(x, w >>> RS1) >>> (int) (d >> 32));
            break;
          case Opcode.SRAIW:
            putRegister(x, w >>> RD, (int) register(x, w >>> RS1) >> (int) (d >> 32));
            break;
          case Opcode.ADDW:
            putRegister(x, w >>> RD, (int) (register(x, w >>> RS1) + register(x, w >>> RS2)));
            break;
          case Opcode.SUBW:
            putRegister(x, w >>> RD, (int) (register(x, w >>> RS1) - register(x, w >>> RS2)));
            break;
          case Opcode.SLLW:
            putRegister(x, w >>> RD, (int) register(x, w >>> RS1) << (int) register(x, w >>> RS2));
            break;
          case Opcode.SRLW:
            putRegister(x, w >>> RD, (int) register(x, w >>> RS1) >>> (int) register(x, w >>> RS2));
            break;
          case Opcode.SRAW:
            putRegister(x, w >>> RD, (int) register(x, w >>> RS1) >> (int) register(x, w >>> RS2));
            break;
          case Opcode.PAUSE:
            if (h.spins()) {
              h.pc = base + 2L * (i + 2);
              break entering;
            }
            break;
          case Opcode.FENCE:
            RawMemory.fullFence();
            break;
          case Opcode.MUL:
            putRegister(x, w >>> RD, register(x, w >>> RS1) * register(x, w >>> RS2));
            break;
          case Opcode.MULH:
            putRegister(
                x, w >>> RD, Math.multiplyHigh(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.MULHSU:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.multiplyHighSignedUnsigned(
                    register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.MULHU:
            putRegister(
                x,
                w >>> RD,
                Math.unsignedMultiplyHigh(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.DIV:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.quotient(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.DIVU:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.quotientUnsigned(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.REM:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.remainder(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.REMU:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.remainderUnsigned(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.MULW:
            putRegister(x, w >>> RD, (int) (register(x, w >>> RS1) * register(x, w >>> RS2)));
            break;
          case Opcode.DIVW:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.quotientWord(
                    (int) register(x, w >>> RS1), (int) register(x, w >>> RS2)));
            break;
          case Opcode.DIVUW:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.quotientUnsignedWord(
                    (int) register(x, w >>> RS1), (int) register(x, w >>> RS2)));
            break;
          case Opcode.REMW:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.remainderWord(
                    (int) register(x, w >>> RS1), (int) register(x, w >>> RS2)));
            break;
          case Opcode.REMUW:
            putRegister(
                x,
                w >>> RD,
                IntegerDivision.remainderUnsignedWord(
                    (int) register(x, w >>> RS1), (int) register(x, w >>> RS2)));
            break;
          case Opcode.ADD_UW:
            putRegister(
                x, w >>> RD, (register(x, w >>> RS1) & 0xffffffffL) + register(x, w >>> RS2));
            break;
          case Opcode.SH1ADD:
            putRegister(x, w >>> RD, (register(x, w >>> RS1) << 1) + register(x, w >>> RS2));
            break;
          case Opcode.SH2ADD:
            putRegister(x, w >>> RD, (register(x, w >>> RS1) << 2) + register(x, w >>> RS2));
            break;
          case Opcode.SH3ADD:
            putRegister(x, w >>> RD, (register(x, w >>> RS1) << 3) + register(x, w >>> RS2));
            break;
          case Opcode.SH1ADD_UW:
            putRegister(
                x,
                w >>> RD,
                ((register(x, w >>> RS1) & 0xffffffffL) << 1) + register(x, w >>> RS2));
            break;
          case Opcode.SH2ADD_UW:
            putRegister(
                x,
                w >>> RD,
                ((register(x, w >>> RS1) & 0xffffffffL) << 2) + register(x, w >>> RS2));
            break;
          case Opcode.SH3ADD_UW:
            putRegister(
                x,
                w >>> RD,
                ((register(x, w >>> RS1) & 0xffffffffL) << 3) + register(x, w >>> RS2));
            break;
          case Opcode.SLLI_UW:
            putRegister(x, w >>> RD, (register(x, w >>> RS1) & 0xffffffffL) << (int) (d >> 32));
            break;
          case Opcode.ANDN:
            putRegister(x, w >>> RD, register(x, w >>> RS1) & ~register(x, w >>> RS2));
            break;
          case Opcode.ORN:
            putRegister(x, w >>> RD, register(x, w >>> RS1) | ~register(x, w >>> RS2));
            break;
          case Opcode.XNOR:
            putRegister(x, w >>> RD, ~(register(x, w >>> RS1) ^ register(x, w >>> RS2)));
            break;
          case Opcode.MAX:
            putRegister(x, w >>> RD, Math.max(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.MAXU:
            putRegister(
                x,
                w >>> RD,
                Long.compareUnsigned(register(x, w >>> RS1), register(x, w >>> RS2)) > 0
                    ? register(x, w >>> RS1)
                    : register(x, w >>> RS2));
            break;
          case Opcode.MIN:
            putRegister(x, w >>> RD, Math.min(register(x, w >>> RS1), register(x, w >>> RS2)));
            break;
          case Opcode.MINU:
            putRegister(
                x,
                w >>> RD,
                Long.compareUnsigned(register(x, w >>> RS1), register(x, w >>> RS2)) < 0
                    ? register(x, w >>> RS1)
                    : register(x, w >>> RS2));
            break;
          case Opcode.ZEXT_H:
            putRegister(x, w >>> RD, register(x, w >>> RS1) & 0xffff);
            break;
          case Opcode.SEXT_B:
            putRegister(x, w >>> RD, (byte) register(x, w >>> RS1));
            break;
          case Opcode.SEXT_H:
            putRegister(x, w >>> RD, (short) register(x, w >>> RS1));
            break;
          default:
            h.pc = base + 2L * i;
            h.retiredInChunk = limit - left - 1 - trapped;
            switch (OtherInstructions.execute(h, page, i, d)) {
              case OtherInstructions.NEXT:
                {
                  int next = i + (w >>> 27 & 3);
                  if (next < CodePage.SLOTS && visits[next] >= hot && left > 0) {
                    h.pc = base + 2L * next;
                    continue entering;
                  }
                }
                break;
              case OtherInstructions.JUMP:
                continue entering;
              case OtherInstructions.TRAP:
                trapped++;
                continue entering;
              default:
                break entering;
            }
            break;
        }
        if (taken) {
          int target = i + (int) (d >> 33);
          if (target >= 0 && target < CodePage.SLOTS && left > 0) {
            if (target > i && (w & 0x1ff) != Opcode.JAL) {
              i = target;
              continue;
            }
            if (visits[target] < hot) {
              visits[target]++;
              i = target;
              continue;
            }
          }
          h.pc = base + 2L * i + (d >> 32);
          continue entering;
        }
        i += w >>> 27 & 3;
      }
    }
    return limit - left - trapped;
  }
}
