package org.xenoserver.vmm.riscv;

import static org.xenoserver.vmm.riscv.DecodedInstruction.lengthHalfWords;
import static org.xenoserver.vmm.riscv.TranslationBank.INDEX_MASK;
import static org.xenoserver.vmm.riscv.TranslationBank.INDEX_SHIFT;
import static org.xenoserver.vmm.riscv.TranslationBank.PAGE_MASK;
import static org.xenoserver.vmm.riscv.TranslationBank.TABLE_BYTES;

import org.xenoserver.vmm.memory.RawMemory;

/**
 * The interpreter's main loop: the integer instructions, from decoded pages.
 *
 * <p>One switch in a loop that calls nothing, so that the compiler keeps its state in machine
 * registers; what is rarer or longer leaves it for {@link OtherInstructions}. A translated region,
 * where one is installed, runs in place of the instruction it begins with.
 *
 * <p>What is interpreted is seldom executed, so that a processor predicts a jump through a table of
 * opcodes badly, and branches better: half of what Linux executes are the four instructions before
 * the switch, and the launcher has the switch compiled to branches, too.
 */
final class Interpreter {
  private Interpreter() {}

  /**
   * Executes from {@code hart.pc} on, and leaves it at the next instruction.
   *
   * @param limit about how many instructions; the loop ends at the first jump after that many
   * @return how many were retired
   */
  static int execute(Hart h, int limit) {
    int left = limit;
    int trapped = 0;
    boolean goesOn = false; // Without a jump: not a visit.
    entering:
    while (left > 0) {
      CodePage page = h.instructionFetch.pageOf(h.pc);
      if (page == null) {
        left--;
        trapped++;
        h.memoryAccess.raiseFault();
        continue;
      }
      int i = (int) h.pc >>> 1 & CodePage.SLOTS - 1;
      final int hot = h.visits;
      final short[] visits = page.visits;
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
      } else if (!goesOn) {
        visits[i]++;
      }
      goesOn = false;
      final long base = h.pc & PAGE_MASK;
      final long[] code = h.instructionFetch.codeAt(page, i, base);
      if (code == null) {
        left--;
        trapped++;
        h.memoryAccess.raiseFault();
        continue;
      }
      final long table = h.memoryAccess.loadTable;
      long d; // Read once: another hart may decode the slot meanwhile.
      straight:
      while (true) {
        d = code[i];
        int w = (int) d;
        left--;
        int opcode = w & 0x1ff;
        if (opcode == Opcode.ADDI) {
          h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) + (d >> 32));
          i += w >>> 27 & 3;
          continue;
        }
        if (opcode == Opcode.LD) {
          long va = h.x(w >>> 15 & 63) + (d >> 32);
          long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
          if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 7))) {
            h.x(w >>> 9 & 63, RawMemory.getLong(va + RawMemory.getLong(entry + 8)));
            i += w >>> 27 & 3;
            continue;
          }
          break;
        }
        if (opcode == Opcode.SD) {
          long va = h.x(w >>> 15 & 63) + (d >> 32);
          long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
          if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 7))) {
            RawMemory.putLong(va + RawMemory.getLong(entry + 8), h.x(w >>> 21 & 63));
            i += w >>> 27 & 3;
            continue;
          }
          break;
        }
        if (opcode == Opcode.ADD) {
          h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) + h.x(w >>> 21 & 63));
          i += w >>> 27 & 3;
          continue;
        }
        boolean taken = false;
        switch (opcode) {
          case Opcode.PAGE_END:
            left++;
            h.pc = base + 2L * i;
            continue entering;
          case Opcode.LUI:
            h.x(w >>> 9 & 63, (d >> 32));
            break;
          case Opcode.AUIPC:
            h.x(w >>> 9 & 63, base + (2L * i + (d >> 32)));
            break;
          case Opcode.JAL:
            h.x(w >>> 9 & 63, base + 2L * (i + (w >>> 27 & 3)));
            taken = true;
            break;
          case Opcode.JALR:
            {
              long target = h.x(w >>> 15 & 63) + (d >> 32) & ~1L;
              h.x(w >>> 9 & 63, base + 2L * i + 2L * (w >>> 27 & 3));
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
            taken = h.x(w >>> 15 & 63) == h.x(w >>> 21 & 63);
            break;
          case Opcode.BNE:
            taken = h.x(w >>> 15 & 63) != h.x(w >>> 21 & 63);
            break;
          case Opcode.BLT:
            taken = h.x(w >>> 15 & 63) < h.x(w >>> 21 & 63);
            break;
          case Opcode.BGE:
            taken = h.x(w >>> 15 & 63) >= h.x(w >>> 21 & 63);
            break;
          case Opcode.BLTU:
            taken = Long.compareUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)) < 0;
            break;
          case Opcode.BGEU:
            taken = Long.compareUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)) >= 0;
            break;
          case Opcode.LB:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                h.x(w >>> 9 & 63, RawMemory.getByte(va + RawMemory.getLong(entry + 8)));
                break;
              }
              break straight;
            }
          case Opcode.LH:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                h.x(w >>> 9 & 63, RawMemory.getShort(va + RawMemory.getLong(entry + 8)));
                break;
              }
              break straight;
            }
          case Opcode.LW:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                h.x(w >>> 9 & 63, RawMemory.getInt(va + RawMemory.getLong(entry + 8)));
                break;
              }
              break straight;
            }
          case Opcode.LBU:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                h.x(w >>> 9 & 63, RawMemory.getByte(va + RawMemory.getLong(entry + 8)) & 0xff);
                break;
              }
              break straight;
            }
          case Opcode.LHU:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                h.x(w >>> 9 & 63, RawMemory.getShort(va + RawMemory.getLong(entry + 8)) & 0xffff);
                break;
              }
              break straight;
            }
          case Opcode.LWU:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                h.x(
                    w >>> 9 & 63,
                    RawMemory.getInt(va + RawMemory.getLong(entry + 8)) & 0xffffffffL);
                break;
              }
              break straight;
            }
          case Opcode.SB:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                RawMemory.putByte(va + RawMemory.getLong(entry + 8), (byte) h.x(w >>> 21 & 63));
                break;
              }
              break straight;
            }
          case Opcode.SH:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                RawMemory.putShort(va + RawMemory.getLong(entry + 8), (short) h.x(w >>> 21 & 63));
                break;
              }
              break straight;
            }
          case Opcode.SW:
            {
              long va = h.x(w >>> 15 & 63) + (d >> 32);
              long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                RawMemory.putInt(va + RawMemory.getLong(entry + 8), (int) h.x(w >>> 21 & 63));
                break;
              }
              break straight;
            }
          case Opcode.SLTI:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) < (d >> 32) ? 1 : 0);
            break;
          case Opcode.SLTIU:
            h.x(w >>> 9 & 63, Long.compareUnsigned(h.x(w >>> 15 & 63), (d >> 32)) < 0 ? 1 : 0);
            break;
          case Opcode.XORI:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) ^ (d >> 32));
            break;
          case Opcode.ORI:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) | (d >> 32));
            break;
          case Opcode.ANDI:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) & (d >> 32));
            break;
          case Opcode.SLLI:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) << (int) (d >> 32));
            break;
          case Opcode.SRLI:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) >>> (int) (d >> 32));
            break;
          case Opcode.SRAI:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) >> (int) (d >> 32));
            break;
          case Opcode.SUB:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) - h.x(w >>> 21 & 63));
            break;
          case Opcode.SLL:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) << h.x(w >>> 21 & 63));
            break;
          case Opcode.SLT:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) < h.x(w >>> 21 & 63) ? 1 : 0);
            break;
          case Opcode.SLTU:
            h.x(
                w >>> 9 & 63,
                Long.compareUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)) < 0 ? 1 : 0);
            break;
          case Opcode.XOR:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) ^ h.x(w >>> 21 & 63));
            break;
          case Opcode.SRL:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) >>> h.x(w >>> 21 & 63));
            break;
          case Opcode.SRA:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) >> h.x(w >>> 21 & 63));
            break;
          case Opcode.OR:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) | h.x(w >>> 21 & 63));
            break;
          case Opcode.AND:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) & h.x(w >>> 21 & 63));
            break;
          case Opcode.ADDIW:
            h.x(w >>> 9 & 63, (int) (h.x(w >>> 15 & 63) + (d >> 32)));
            break;
          case Opcode.SLLIW:
            h.x(w >>> 9 & 63, (int) h.x(w >>> 15 & 63) << (int) (d >> 32));
            break;
          case Opcode.SRLIW:
            h.x(w >>> 9 & 63, (int) h.x(w >>> 15 & 63) >>> (int) (d >> 32));
            break;
          case Opcode.SRAIW:
            h.x(w >>> 9 & 63, (int) h.x(w >>> 15 & 63) >> (int) (d >> 32));
            break;
          case Opcode.ADDW:
            h.x(w >>> 9 & 63, (int) (h.x(w >>> 15 & 63) + h.x(w >>> 21 & 63)));
            break;
          case Opcode.SUBW:
            h.x(w >>> 9 & 63, (int) (h.x(w >>> 15 & 63) - h.x(w >>> 21 & 63)));
            break;
          case Opcode.SLLW:
            h.x(w >>> 9 & 63, (int) h.x(w >>> 15 & 63) << (int) h.x(w >>> 21 & 63));
            break;
          case Opcode.SRLW:
            h.x(w >>> 9 & 63, (int) h.x(w >>> 15 & 63) >>> (int) h.x(w >>> 21 & 63));
            break;
          case Opcode.SRAW:
            h.x(w >>> 9 & 63, (int) h.x(w >>> 15 & 63) >> (int) h.x(w >>> 21 & 63));
            break;
          case Opcode.FENCE:
            RawMemory.fullFence();
            break;
          case Opcode.MUL:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) * h.x(w >>> 21 & 63));
            break;
          case Opcode.MULH:
            h.x(w >>> 9 & 63, Math.multiplyHigh(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.MULHSU:
            h.x(
                w >>> 9 & 63,
                IntegerDivision.multiplyHighSignedUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.MULHU:
            h.x(w >>> 9 & 63, Math.unsignedMultiplyHigh(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.DIV:
            h.x(w >>> 9 & 63, IntegerDivision.quotient(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.DIVU:
            h.x(
                w >>> 9 & 63,
                IntegerDivision.quotientUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.REM:
            h.x(w >>> 9 & 63, IntegerDivision.remainder(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.REMU:
            h.x(
                w >>> 9 & 63,
                IntegerDivision.remainderUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.MULW:
            h.x(w >>> 9 & 63, (int) (h.x(w >>> 15 & 63) * h.x(w >>> 21 & 63)));
            break;
          case Opcode.DIVW:
            h.x(
                w >>> 9 & 63,
                IntegerDivision.quotientWord((int) h.x(w >>> 15 & 63), (int) h.x(w >>> 21 & 63)));
            break;
          case Opcode.DIVUW:
            h.x(
                w >>> 9 & 63,
                IntegerDivision.quotientUnsignedWord(
                    (int) h.x(w >>> 15 & 63), (int) h.x(w >>> 21 & 63)));
            break;
          case Opcode.REMW:
            h.x(
                w >>> 9 & 63,
                IntegerDivision.remainderWord((int) h.x(w >>> 15 & 63), (int) h.x(w >>> 21 & 63)));
            break;
          case Opcode.REMUW:
            h.x(
                w >>> 9 & 63,
                IntegerDivision.remainderUnsignedWord(
                    (int) h.x(w >>> 15 & 63), (int) h.x(w >>> 21 & 63)));
            break;
          case Opcode.ADD_UW:
            h.x(w >>> 9 & 63, (h.x(w >>> 15 & 63) & 0xffffffffL) + h.x(w >>> 21 & 63));
            break;
          case Opcode.SH1ADD:
            h.x(w >>> 9 & 63, (h.x(w >>> 15 & 63) << 1) + h.x(w >>> 21 & 63));
            break;
          case Opcode.SH2ADD:
            h.x(w >>> 9 & 63, (h.x(w >>> 15 & 63) << 2) + h.x(w >>> 21 & 63));
            break;
          case Opcode.SH3ADD:
            h.x(w >>> 9 & 63, (h.x(w >>> 15 & 63) << 3) + h.x(w >>> 21 & 63));
            break;
          case Opcode.SH1ADD_UW:
            h.x(w >>> 9 & 63, ((h.x(w >>> 15 & 63) & 0xffffffffL) << 1) + h.x(w >>> 21 & 63));
            break;
          case Opcode.SH2ADD_UW:
            h.x(w >>> 9 & 63, ((h.x(w >>> 15 & 63) & 0xffffffffL) << 2) + h.x(w >>> 21 & 63));
            break;
          case Opcode.SH3ADD_UW:
            h.x(w >>> 9 & 63, ((h.x(w >>> 15 & 63) & 0xffffffffL) << 3) + h.x(w >>> 21 & 63));
            break;
          case Opcode.SLLI_UW:
            h.x(w >>> 9 & 63, (h.x(w >>> 15 & 63) & 0xffffffffL) << (int) (d >> 32));
            break;
          case Opcode.ANDN:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) & ~h.x(w >>> 21 & 63));
            break;
          case Opcode.ORN:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) | ~h.x(w >>> 21 & 63));
            break;
          case Opcode.XNOR:
            h.x(w >>> 9 & 63, ~(h.x(w >>> 15 & 63) ^ h.x(w >>> 21 & 63)));
            break;
          case Opcode.MAX:
            h.x(w >>> 9 & 63, Math.max(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.MAXU:
            h.x(
                w >>> 9 & 63,
                Long.compareUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)) > 0
                    ? h.x(w >>> 15 & 63)
                    : h.x(w >>> 21 & 63));
            break;
          case Opcode.MIN:
            h.x(w >>> 9 & 63, Math.min(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)));
            break;
          case Opcode.MINU:
            h.x(
                w >>> 9 & 63,
                Long.compareUnsigned(h.x(w >>> 15 & 63), h.x(w >>> 21 & 63)) < 0
                    ? h.x(w >>> 15 & 63)
                    : h.x(w >>> 21 & 63));
            break;
          case Opcode.ZEXT_H:
            h.x(w >>> 9 & 63, h.x(w >>> 15 & 63) & 0xffff);
            break;
          case Opcode.SEXT_B:
            h.x(w >>> 9 & 63, (byte) h.x(w >>> 15 & 63));
            break;
          case Opcode.SEXT_H:
            h.x(w >>> 9 & 63, (short) h.x(w >>> 15 & 63));
            break;
          default:
            break straight;
        }
        if (taken) {
          int target = i + (int) (d >> 33);
          if (target >= 0 && target < CodePage.SLOTS && left > 0) {
            if (target > i && opcode != Opcode.JAL) {
              i = target;
              continue;
            }
            if (visits[target] < hot) {
              visits[target]++;
              i = target;
              continue;
            }
          }
          h.pc = base + 2L * target;
          continue entering;
        }
        i += w >>> 27 & 3;
      }
      h.pc = base + 2L * i;
      h.retiredInChunk = limit - left - 1 - trapped;
      switch (OtherInstructions.execute(h, page, i, d)) {
        case OtherInstructions.NEXT:
          h.pc += 2L * lengthHalfWords(d);
          goesOn = true;
          break;
        case OtherInstructions.AGAIN:
          left++;
          goesOn = true;
          break;
        case OtherInstructions.JUMP:
          break;
        case OtherInstructions.TRAP:
          trapped++;
          break;
        default:
          break entering;
      }
    }
    return limit - left - trapped;
  }
}
