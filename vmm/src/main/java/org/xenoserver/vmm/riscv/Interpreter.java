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
        final int w = (int) d;
        left--;
        final int opcode = w & 0x1ff;
        final long a = h.x(w >>> 15 & 63);
        final long b = h.x(w >>> 21 & 63);
        final long immediate = d >> 32;
        if (opcode == Opcode.ADDI) {
          h.x(w >>> 9 & 63, a + immediate);
          i += w >>> 27 & 3;
          continue;
        }
        if (opcode == Opcode.LD) {
          long va = a + immediate;
          long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
          if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 7))) {
            h.x(w >>> 9 & 63, RawMemory.getLong(va + RawMemory.getLong(entry + 8)));
            i += w >>> 27 & 3;
            continue;
          }
          break;
        }
        if (opcode == Opcode.SD) {
          long va = a + immediate;
          long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
          if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 7))) {
            RawMemory.putLong(va + RawMemory.getLong(entry + 8), b);
            i += w >>> 27 & 3;
            continue;
          }
          break;
        }
        if (opcode == Opcode.ADD) {
          h.x(w >>> 9 & 63, a + b);
          i += w >>> 27 & 3;
          continue;
        }
        boolean taken = false;
        long value = 0; // Of what has no result it goes to the sink.
        switch (opcode) {
          case Opcode.PAGE_END:
            left++;
            h.pc = base + 2L * i;
            continue entering;
          case Opcode.LUI:
            value = immediate;
            break;
          case Opcode.AUIPC:
            value = base + (2L * i + immediate);
            break;
          case Opcode.JAL:
            h.x(w >>> 9 & 63, base + 2L * (i + (w >>> 27 & 3)));
            taken = true;
            break;
          case Opcode.JALR:
            {
              long target = a + immediate & ~1L;
              h.x(w >>> 9 & 63, base + 2L * (i + (w >>> 27 & 3)));
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
            taken = a == b;
            break;
          case Opcode.BNE:
            taken = a != b;
            break;
          case Opcode.BLT:
            taken = a < b;
            break;
          case Opcode.BGE:
            taken = a >= b;
            break;
          case Opcode.BLTU:
            taken = Long.compareUnsigned(a, b) < 0;
            break;
          case Opcode.BGEU:
            taken = Long.compareUnsigned(a, b) >= 0;
            break;
          case Opcode.LB:
            {
              long va = a + immediate;
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                value = RawMemory.getByte(va + RawMemory.getLong(entry + 8));
                break;
              }
              break straight;
            }
          case Opcode.LH:
            {
              long va = a + immediate;
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                value = RawMemory.getShort(va + RawMemory.getLong(entry + 8));
                break;
              }
              break straight;
            }
          case Opcode.LW:
            {
              long va = a + immediate;
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                value = RawMemory.getInt(va + RawMemory.getLong(entry + 8));
                break;
              }
              break straight;
            }
          case Opcode.LBU:
            {
              long va = a + immediate;
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                value = RawMemory.getByte(va + RawMemory.getLong(entry + 8)) & 0xff;
                break;
              }
              break straight;
            }
          case Opcode.LHU:
            {
              long va = a + immediate;
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                value = RawMemory.getShort(va + RawMemory.getLong(entry + 8)) & 0xffff;
                break;
              }
              break straight;
            }
          case Opcode.LWU:
            {
              long va = a + immediate;
              long entry = table + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                value = RawMemory.getInt(va + RawMemory.getLong(entry + 8)) & 0xffffffffL;
                break;
              }
              break straight;
            }
          case Opcode.SB:
            {
              long va = a + immediate;
              long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 0))) {
                RawMemory.putByte(va + RawMemory.getLong(entry + 8), (byte) b);
                break;
              }
              break straight;
            }
          case Opcode.SH:
            {
              long va = a + immediate;
              long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 1))) {
                RawMemory.putShort(va + RawMemory.getLong(entry + 8), (short) b);
                break;
              }
              break straight;
            }
          case Opcode.SW:
            {
              long va = a + immediate;
              long entry = table + TABLE_BYTES + (va >>> INDEX_SHIFT & INDEX_MASK);
              if (RawMemory.getLong(entry) == (va & (PAGE_MASK | 3))) {
                RawMemory.putInt(va + RawMemory.getLong(entry + 8), (int) b);
                break;
              }
              break straight;
            }
          case Opcode.SLTI:
            value = a < immediate ? 1 : 0;
            break;
          case Opcode.SLTIU:
            value = Long.compareUnsigned(a, immediate) < 0 ? 1 : 0;
            break;
          case Opcode.XORI:
            value = a ^ immediate;
            break;
          case Opcode.ORI:
            value = a | immediate;
            break;
          case Opcode.ANDI:
            value = a & immediate;
            break;
          case Opcode.SLLI:
            value = a << (int) immediate;
            break;
          case Opcode.SRLI:
            value = a >>> (int) immediate;
            break;
          case Opcode.SRAI:
            value = a >> (int) immediate;
            break;
          case Opcode.SUB:
            value = a - b;
            break;
          case Opcode.SLL:
            value = a << b;
            break;
          case Opcode.SLT:
            value = a < b ? 1 : 0;
            break;
          case Opcode.SLTU:
            value = Long.compareUnsigned(a, b) < 0 ? 1 : 0;
            break;
          case Opcode.XOR:
            value = a ^ b;
            break;
          case Opcode.SRL:
            value = a >>> b;
            break;
          case Opcode.SRA:
            value = a >> b;
            break;
          case Opcode.OR:
            value = a | b;
            break;
          case Opcode.AND:
            value = a & b;
            break;
          case Opcode.ADDIW:
            value = (int) (a + immediate);
            break;
          case Opcode.SLLIW:
            value = (int) a << (int) immediate;
            break;
          case Opcode.SRLIW:
            value = (int) a >>> (int) immediate;
            break;
          case Opcode.SRAIW:
            value = (int) a >> (int) immediate;
            break;
          case Opcode.ADDW:
            value = (int) (a + b);
            break;
          case Opcode.SUBW:
            value = (int) (a - b);
            break;
          case Opcode.SLLW:
            value = (int) a << (int) b;
            break;
          case Opcode.SRLW:
            value = (int) a >>> (int) b;
            break;
          case Opcode.SRAW:
            value = (int) a >> (int) b;
            break;
          case Opcode.FENCE:
            RawMemory.fullFence();
            break;
          case Opcode.MUL:
            value = a * b;
            break;
          case Opcode.MULH:
            value = Math.multiplyHigh(a, b);
            break;
          case Opcode.MULHSU:
            value = IntegerDivision.multiplyHighSignedUnsigned(a, b);
            break;
          case Opcode.MULHU:
            value = Math.unsignedMultiplyHigh(a, b);
            break;
          case Opcode.DIV:
            value = IntegerDivision.quotient(a, b);
            break;
          case Opcode.DIVU:
            value = IntegerDivision.quotientUnsigned(a, b);
            break;
          case Opcode.REM:
            value = IntegerDivision.remainder(a, b);
            break;
          case Opcode.REMU:
            value = IntegerDivision.remainderUnsigned(a, b);
            break;
          case Opcode.MULW:
            value = (int) (a * b);
            break;
          case Opcode.DIVW:
            value = IntegerDivision.quotientWord((int) a, (int) b);
            break;
          case Opcode.DIVUW:
            value = IntegerDivision.quotientUnsignedWord((int) a, (int) b);
            break;
          case Opcode.REMW:
            value = IntegerDivision.remainderWord((int) a, (int) b);
            break;
          case Opcode.REMUW:
            value = IntegerDivision.remainderUnsignedWord((int) a, (int) b);
            break;
          case Opcode.ADD_UW:
            value = (a & 0xffffffffL) + b;
            break;
          case Opcode.SH1ADD:
            value = (a << 1) + b;
            break;
          case Opcode.SH2ADD:
            value = (a << 2) + b;
            break;
          case Opcode.SH3ADD:
            value = (a << 3) + b;
            break;
          case Opcode.SH1ADD_UW:
            value = ((a & 0xffffffffL) << 1) + b;
            break;
          case Opcode.SH2ADD_UW:
            value = ((a & 0xffffffffL) << 2) + b;
            break;
          case Opcode.SH3ADD_UW:
            value = ((a & 0xffffffffL) << 3) + b;
            break;
          case Opcode.SLLI_UW:
            value = (a & 0xffffffffL) << (int) immediate;
            break;
          case Opcode.ANDN:
            value = a & ~b;
            break;
          case Opcode.ORN:
            value = a | ~b;
            break;
          case Opcode.XNOR:
            value = ~(a ^ b);
            break;
          case Opcode.MAX:
            value = Math.max(a, b);
            break;
          case Opcode.MAXU:
            value = Long.compareUnsigned(a, b) > 0 ? a : b;
            break;
          case Opcode.MIN:
            value = Math.min(a, b);
            break;
          case Opcode.MINU:
            value = Long.compareUnsigned(a, b) < 0 ? a : b;
            break;
          case Opcode.ZEXT_H:
            value = a & 0xffff;
            break;
          case Opcode.SEXT_B:
            value = (byte) a;
            break;
          case Opcode.SEXT_H:
            value = (short) a;
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
        h.x(w >>> 9 & 63, value);
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
