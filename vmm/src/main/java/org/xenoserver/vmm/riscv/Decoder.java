package org.xenoserver.vmm.riscv;

/** Decodes instructions. Made from instructions.txt by DecoderGenerator; do not edit. */
final class Decoder {
  private Decoder() {}

  /**
   * Decodes an instruction.
   *
   * @param i a 32-bit instruction, or a compressed one in the low half word
   * @return a {@link DecodedInstruction}; of opcode {@link Opcode#ILLEGAL} if it is none
   */
  static long decode(int i) {
    return (i & 3) == 3 ? decodeWord(i) : decodeCompressed(i & 0xffff);
  }

  private static long decodeWord(int i) {
    switch (i >>> 2 & 31) {
      case 13 -> {
        if ((i & 0x7f) == 0x37) {
          return OperandFormat.formatU(Opcode.LUI, i);
        }
      }
      case 5 -> {
        if ((i & 0x7f) == 0x17) {
          return OperandFormat.formatU(Opcode.AUIPC, i);
        }
      }
      case 27 -> {
        if ((i & 0x7f) == 0x6f) {
          return OperandFormat.formatJ(Opcode.JAL, i);
        }
      }
      case 25 -> {
        if ((i & 0x707f) == 0x67) {
          return OperandFormat.formatI(Opcode.JALR, i);
        }
      }
      case 24 -> {
        if ((i & 0x707f) == 0x63) {
          return OperandFormat.formatB(Opcode.BEQ, i);
        }
        if ((i & 0x707f) == 0x1063) {
          return OperandFormat.formatB(Opcode.BNE, i);
        }
        if ((i & 0x707f) == 0x4063) {
          return OperandFormat.formatB(Opcode.BLT, i);
        }
        if ((i & 0x707f) == 0x5063) {
          return OperandFormat.formatB(Opcode.BGE, i);
        }
        if ((i & 0x707f) == 0x6063) {
          return OperandFormat.formatB(Opcode.BLTU, i);
        }
        if ((i & 0x707f) == 0x7063) {
          return OperandFormat.formatB(Opcode.BGEU, i);
        }
      }
      case 0 -> {
        if ((i & 0x707f) == 0x3) {
          return OperandFormat.formatI(Opcode.LB, i);
        }
        if ((i & 0x707f) == 0x1003) {
          return OperandFormat.formatI(Opcode.LH, i);
        }
        if ((i & 0x707f) == 0x2003) {
          return OperandFormat.formatI(Opcode.LW, i);
        }
        if ((i & 0x707f) == 0x3003) {
          return OperandFormat.formatI(Opcode.LD, i);
        }
        if ((i & 0x707f) == 0x4003) {
          return OperandFormat.formatI(Opcode.LBU, i);
        }
        if ((i & 0x707f) == 0x5003) {
          return OperandFormat.formatI(Opcode.LHU, i);
        }
        if ((i & 0x707f) == 0x6003) {
          return OperandFormat.formatI(Opcode.LWU, i);
        }
      }
      case 8 -> {
        if ((i & 0x707f) == 0x23) {
          return OperandFormat.formatS(Opcode.SB, i);
        }
        if ((i & 0x707f) == 0x1023) {
          return OperandFormat.formatS(Opcode.SH, i);
        }
        if ((i & 0x707f) == 0x2023) {
          return OperandFormat.formatS(Opcode.SW, i);
        }
        if ((i & 0x707f) == 0x3023) {
          return OperandFormat.formatS(Opcode.SD, i);
        }
      }
      case 4 -> {
        if ((i & 0x707f) == 0x13) {
          return OperandFormat.formatI(Opcode.ADDI, i);
        }
        if ((i & 0x707f) == 0x2013) {
          return OperandFormat.formatI(Opcode.SLTI, i);
        }
        if ((i & 0x707f) == 0x3013) {
          return OperandFormat.formatI(Opcode.SLTIU, i);
        }
        if ((i & 0x707f) == 0x4013) {
          return OperandFormat.formatI(Opcode.XORI, i);
        }
        if ((i & 0x707f) == 0x6013) {
          return OperandFormat.formatI(Opcode.ORI, i);
        }
        if ((i & 0x707f) == 0x7013) {
          return OperandFormat.formatI(Opcode.ANDI, i);
        }
        if ((i & 0xfc00707f) == 0x1013) {
          return OperandFormat.formatSH6(Opcode.SLLI, i);
        }
        if ((i & 0xfc00707f) == 0x5013) {
          return OperandFormat.formatSH6(Opcode.SRLI, i);
        }
        if ((i & 0xfc00707f) == 0x40005013) {
          return OperandFormat.formatSH6(Opcode.SRAI, i);
        }
        if ((i & 0xfff0707f) == 0x60401013) {
          return OperandFormat.formatR1(Opcode.SEXT_B, i);
        }
        if ((i & 0xfff0707f) == 0x60501013) {
          return OperandFormat.formatR1(Opcode.SEXT_H, i);
        }
        if ((i & 0xfff0707f) == 0x60001013) {
          return OperandFormat.formatR1(Opcode.CLZ, i);
        }
        if ((i & 0xfff0707f) == 0x60101013) {
          return OperandFormat.formatR1(Opcode.CTZ, i);
        }
        if ((i & 0xfff0707f) == 0x60201013) {
          return OperandFormat.formatR1(Opcode.CPOP, i);
        }
        if ((i & 0xfc00707f) == 0x60005013) {
          return OperandFormat.formatSH6(Opcode.RORI, i);
        }
        if ((i & 0xfff0707f) == 0x28705013) {
          return OperandFormat.formatR1(Opcode.ORC_B, i);
        }
        if ((i & 0xfff0707f) == 0x6b805013) {
          return OperandFormat.formatR1(Opcode.REV8, i);
        }
        if ((i & 0xfc00707f) == 0x48001013) {
          return OperandFormat.formatSH6(Opcode.BCLRI, i);
        }
        if ((i & 0xfc00707f) == 0x48005013) {
          return OperandFormat.formatSH6(Opcode.BEXTI, i);
        }
        if ((i & 0xfc00707f) == 0x68001013) {
          return OperandFormat.formatSH6(Opcode.BINVI, i);
        }
        if ((i & 0xfc00707f) == 0x28001013) {
          return OperandFormat.formatSH6(Opcode.BSETI, i);
        }
      }
      case 12 -> {
        if ((i & 0xfe00707f) == 0x33) {
          return OperandFormat.formatR(Opcode.ADD, i);
        }
        if ((i & 0xfe00707f) == 0x40000033) {
          return OperandFormat.formatR(Opcode.SUB, i);
        }
        if ((i & 0xfe00707f) == 0x1033) {
          return OperandFormat.formatR(Opcode.SLL, i);
        }
        if ((i & 0xfe00707f) == 0x2033) {
          return OperandFormat.formatR(Opcode.SLT, i);
        }
        if ((i & 0xfe00707f) == 0x3033) {
          return OperandFormat.formatR(Opcode.SLTU, i);
        }
        if ((i & 0xfe00707f) == 0x4033) {
          return OperandFormat.formatR(Opcode.XOR, i);
        }
        if ((i & 0xfe00707f) == 0x5033) {
          return OperandFormat.formatR(Opcode.SRL, i);
        }
        if ((i & 0xfe00707f) == 0x40005033) {
          return OperandFormat.formatR(Opcode.SRA, i);
        }
        if ((i & 0xfe00707f) == 0x6033) {
          return OperandFormat.formatR(Opcode.OR, i);
        }
        if ((i & 0xfe00707f) == 0x7033) {
          return OperandFormat.formatR(Opcode.AND, i);
        }
        if ((i & 0xfe00707f) == 0x2000033) {
          return OperandFormat.formatR(Opcode.MUL, i);
        }
        if ((i & 0xfe00707f) == 0x2001033) {
          return OperandFormat.formatR(Opcode.MULH, i);
        }
        if ((i & 0xfe00707f) == 0x2002033) {
          return OperandFormat.formatR(Opcode.MULHSU, i);
        }
        if ((i & 0xfe00707f) == 0x2003033) {
          return OperandFormat.formatR(Opcode.MULHU, i);
        }
        if ((i & 0xfe00707f) == 0x2004033) {
          return OperandFormat.formatR(Opcode.DIV, i);
        }
        if ((i & 0xfe00707f) == 0x2005033) {
          return OperandFormat.formatR(Opcode.DIVU, i);
        }
        if ((i & 0xfe00707f) == 0x2006033) {
          return OperandFormat.formatR(Opcode.REM, i);
        }
        if ((i & 0xfe00707f) == 0x2007033) {
          return OperandFormat.formatR(Opcode.REMU, i);
        }
        if ((i & 0xfe00707f) == 0x20002033) {
          return OperandFormat.formatR(Opcode.SH1ADD, i);
        }
        if ((i & 0xfe00707f) == 0x20004033) {
          return OperandFormat.formatR(Opcode.SH2ADD, i);
        }
        if ((i & 0xfe00707f) == 0x20006033) {
          return OperandFormat.formatR(Opcode.SH3ADD, i);
        }
        if ((i & 0xfe00707f) == 0x40007033) {
          return OperandFormat.formatR(Opcode.ANDN, i);
        }
        if ((i & 0xfe00707f) == 0x40006033) {
          return OperandFormat.formatR(Opcode.ORN, i);
        }
        if ((i & 0xfe00707f) == 0x40004033) {
          return OperandFormat.formatR(Opcode.XNOR, i);
        }
        if ((i & 0xfe00707f) == 0xa006033) {
          return OperandFormat.formatR(Opcode.MAX, i);
        }
        if ((i & 0xfe00707f) == 0xa007033) {
          return OperandFormat.formatR(Opcode.MAXU, i);
        }
        if ((i & 0xfe00707f) == 0xa004033) {
          return OperandFormat.formatR(Opcode.MIN, i);
        }
        if ((i & 0xfe00707f) == 0xa005033) {
          return OperandFormat.formatR(Opcode.MINU, i);
        }
        if ((i & 0xfe00707f) == 0x60001033) {
          return OperandFormat.formatR(Opcode.ROL, i);
        }
        if ((i & 0xfe00707f) == 0x60005033) {
          return OperandFormat.formatR(Opcode.ROR, i);
        }
        if ((i & 0xfe00707f) == 0xa001033) {
          return OperandFormat.formatR(Opcode.CLMUL, i);
        }
        if ((i & 0xfe00707f) == 0xa002033) {
          return OperandFormat.formatR(Opcode.CLMULR, i);
        }
        if ((i & 0xfe00707f) == 0xa003033) {
          return OperandFormat.formatR(Opcode.CLMULH, i);
        }
        if ((i & 0xfe00707f) == 0x48001033) {
          return OperandFormat.formatR(Opcode.BCLR, i);
        }
        if ((i & 0xfe00707f) == 0x48005033) {
          return OperandFormat.formatR(Opcode.BEXT, i);
        }
        if ((i & 0xfe00707f) == 0x68001033) {
          return OperandFormat.formatR(Opcode.BINV, i);
        }
        if ((i & 0xfe00707f) == 0x28001033) {
          return OperandFormat.formatR(Opcode.BSET, i);
        }
      }
      case 6 -> {
        if ((i & 0x707f) == 0x1b) {
          return OperandFormat.formatI(Opcode.ADDIW, i);
        }
        if ((i & 0xfe00707f) == 0x101b) {
          return OperandFormat.formatSH5(Opcode.SLLIW, i);
        }
        if ((i & 0xfe00707f) == 0x501b) {
          return OperandFormat.formatSH5(Opcode.SRLIW, i);
        }
        if ((i & 0xfe00707f) == 0x4000501b) {
          return OperandFormat.formatSH5(Opcode.SRAIW, i);
        }
        if ((i & 0xfc00707f) == 0x800101b) {
          return OperandFormat.formatSH6(Opcode.SLLI_UW, i);
        }
        if ((i & 0xfff0707f) == 0x6000101b) {
          return OperandFormat.formatR1(Opcode.CLZW, i);
        }
        if ((i & 0xfff0707f) == 0x6010101b) {
          return OperandFormat.formatR1(Opcode.CTZW, i);
        }
        if ((i & 0xfff0707f) == 0x6020101b) {
          return OperandFormat.formatR1(Opcode.CPOPW, i);
        }
        if ((i & 0xfe00707f) == 0x6000501b) {
          return OperandFormat.formatSH5(Opcode.RORIW, i);
        }
      }
      case 14 -> {
        if ((i & 0xfe00707f) == 0x3b) {
          return OperandFormat.formatR(Opcode.ADDW, i);
        }
        if ((i & 0xfe00707f) == 0x4000003b) {
          return OperandFormat.formatR(Opcode.SUBW, i);
        }
        if ((i & 0xfe00707f) == 0x103b) {
          return OperandFormat.formatR(Opcode.SLLW, i);
        }
        if ((i & 0xfe00707f) == 0x503b) {
          return OperandFormat.formatR(Opcode.SRLW, i);
        }
        if ((i & 0xfe00707f) == 0x4000503b) {
          return OperandFormat.formatR(Opcode.SRAW, i);
        }
        if ((i & 0xfe00707f) == 0x200003b) {
          return OperandFormat.formatR(Opcode.MULW, i);
        }
        if ((i & 0xfe00707f) == 0x200403b) {
          return OperandFormat.formatR(Opcode.DIVW, i);
        }
        if ((i & 0xfe00707f) == 0x200503b) {
          return OperandFormat.formatR(Opcode.DIVUW, i);
        }
        if ((i & 0xfe00707f) == 0x200603b) {
          return OperandFormat.formatR(Opcode.REMW, i);
        }
        if ((i & 0xfe00707f) == 0x200703b) {
          return OperandFormat.formatR(Opcode.REMUW, i);
        }
        if ((i & 0xfe00707f) == 0x800003b) {
          return OperandFormat.formatR(Opcode.ADD_UW, i);
        }
        if ((i & 0xfe00707f) == 0x2000203b) {
          return OperandFormat.formatR(Opcode.SH1ADD_UW, i);
        }
        if ((i & 0xfe00707f) == 0x2000403b) {
          return OperandFormat.formatR(Opcode.SH2ADD_UW, i);
        }
        if ((i & 0xfe00707f) == 0x2000603b) {
          return OperandFormat.formatR(Opcode.SH3ADD_UW, i);
        }
        if ((i & 0xfff0707f) == 0x800403b) {
          return OperandFormat.formatR1(Opcode.ZEXT_H, i);
        }
        if ((i & 0xfe00707f) == 0x6000103b) {
          return OperandFormat.formatR(Opcode.ROLW, i);
        }
        if ((i & 0xfe00707f) == 0x6000503b) {
          return OperandFormat.formatR(Opcode.RORW, i);
        }
      }
      case 3 -> {
        if ((i & 0xffffffff) == 0x100000f) {
          return OperandFormat.formatN(Opcode.PAUSE, i);
        }
        if ((i & 0x707f) == 0xf) {
          return OperandFormat.formatN(Opcode.FENCE, i);
        }
        if ((i & 0x707f) == 0x100f) {
          return OperandFormat.formatN(Opcode.FENCE_I, i);
        }
      }
      case 28 -> {
        if ((i & 0x707f) == 0x1073) {
          return OperandFormat.formatCSR(Opcode.CSRRW, i);
        }
        if ((i & 0x707f) == 0x2073) {
          return OperandFormat.formatCSR(Opcode.CSRRS, i);
        }
        if ((i & 0x707f) == 0x3073) {
          return OperandFormat.formatCSR(Opcode.CSRRC, i);
        }
        if ((i & 0x707f) == 0x5073) {
          return OperandFormat.formatCSR(Opcode.CSRRWI, i);
        }
        if ((i & 0x707f) == 0x6073) {
          return OperandFormat.formatCSR(Opcode.CSRRSI, i);
        }
        if ((i & 0x707f) == 0x7073) {
          return OperandFormat.formatCSR(Opcode.CSRRCI, i);
        }
        if ((i & 0xffffffff) == 0x73) {
          return OperandFormat.formatN(Opcode.ECALL, i);
        }
        if ((i & 0xffffffff) == 0x100073) {
          return OperandFormat.formatN(Opcode.EBREAK, i);
        }
        if ((i & 0xffffffff) == 0x10200073) {
          return OperandFormat.formatN(Opcode.SRET, i);
        }
        if ((i & 0xffffffff) == 0x30200073) {
          return OperandFormat.formatN(Opcode.MRET, i);
        }
        if ((i & 0xffffffff) == 0x10500073) {
          return OperandFormat.formatN(Opcode.WFI, i);
        }
        if ((i & 0xfe007fff) == 0x12000073) {
          return OperandFormat.formatR(Opcode.SFENCE_VMA, i);
        }
      }
      case 11 -> {
        if ((i & 0xf9f0707f) == 0x1000202f) {
          return OperandFormat.formatR1(Opcode.LR_W, i);
        }
        if ((i & 0xf800707f) == 0x1800202f) {
          return OperandFormat.formatR(Opcode.SC_W, i);
        }
        if ((i & 0xf800707f) == 0x800202f) {
          return OperandFormat.formatR(Opcode.AMOSWAP_W, i);
        }
        if ((i & 0xf800707f) == 0x202f) {
          return OperandFormat.formatR(Opcode.AMOADD_W, i);
        }
        if ((i & 0xf800707f) == 0x2000202f) {
          return OperandFormat.formatR(Opcode.AMOXOR_W, i);
        }
        if ((i & 0xf800707f) == 0x6000202f) {
          return OperandFormat.formatR(Opcode.AMOAND_W, i);
        }
        if ((i & 0xf800707f) == 0x4000202f) {
          return OperandFormat.formatR(Opcode.AMOOR_W, i);
        }
        if ((i & 0xf800707f) == 0x8000202f) {
          return OperandFormat.formatR(Opcode.AMOMIN_W, i);
        }
        if ((i & 0xf800707f) == 0xa000202f) {
          return OperandFormat.formatR(Opcode.AMOMAX_W, i);
        }
        if ((i & 0xf800707f) == 0xc000202f) {
          return OperandFormat.formatR(Opcode.AMOMINU_W, i);
        }
        if ((i & 0xf800707f) == 0xe000202f) {
          return OperandFormat.formatR(Opcode.AMOMAXU_W, i);
        }
        if ((i & 0xf9f0707f) == 0x1000302f) {
          return OperandFormat.formatR1(Opcode.LR_D, i);
        }
        if ((i & 0xf800707f) == 0x1800302f) {
          return OperandFormat.formatR(Opcode.SC_D, i);
        }
        if ((i & 0xf800707f) == 0x800302f) {
          return OperandFormat.formatR(Opcode.AMOSWAP_D, i);
        }
        if ((i & 0xf800707f) == 0x302f) {
          return OperandFormat.formatR(Opcode.AMOADD_D, i);
        }
        if ((i & 0xf800707f) == 0x2000302f) {
          return OperandFormat.formatR(Opcode.AMOXOR_D, i);
        }
        if ((i & 0xf800707f) == 0x6000302f) {
          return OperandFormat.formatR(Opcode.AMOAND_D, i);
        }
        if ((i & 0xf800707f) == 0x4000302f) {
          return OperandFormat.formatR(Opcode.AMOOR_D, i);
        }
        if ((i & 0xf800707f) == 0x8000302f) {
          return OperandFormat.formatR(Opcode.AMOMIN_D, i);
        }
        if ((i & 0xf800707f) == 0xa000302f) {
          return OperandFormat.formatR(Opcode.AMOMAX_D, i);
        }
        if ((i & 0xf800707f) == 0xc000302f) {
          return OperandFormat.formatR(Opcode.AMOMINU_D, i);
        }
        if ((i & 0xf800707f) == 0xe000302f) {
          return OperandFormat.formatR(Opcode.AMOMAXU_D, i);
        }
      }
      case 1 -> {
        if ((i & 0x707f) == 0x2007) {
          return OperandFormat.formatFL(Opcode.FLW, i);
        }
        if ((i & 0x707f) == 0x3007) {
          return OperandFormat.formatFL(Opcode.FLD, i);
        }
      }
      case 9 -> {
        if ((i & 0x707f) == 0x2027) {
          return OperandFormat.formatS(Opcode.FSW, i);
        }
        if ((i & 0x707f) == 0x3027) {
          return OperandFormat.formatS(Opcode.FSD, i);
        }
      }
      case 20 -> {
        if ((i & 0xfff0707f) == 0xe0000053) {
          return OperandFormat.formatR1(Opcode.FMV_X_W, i);
        }
        if ((i & 0xfff0707f) == 0xe2000053) {
          return OperandFormat.formatR1(Opcode.FMV_X_D, i);
        }
        if ((i & 0xfff0707f) == 0xf0000053) {
          return OperandFormat.formatFR1(Opcode.FMV_W_X, i);
        }
        if ((i & 0xfff0707f) == 0xf2000053) {
          return OperandFormat.formatFR1(Opcode.FMV_D_X, i);
        }
        if ((i & 0xfe00707f) == 0x20000053) {
          return OperandFormat.formatFR(Opcode.FSGNJ_S, i);
        }
        if ((i & 0xfe00707f) == 0x20001053) {
          return OperandFormat.formatFR(Opcode.FSGNJN_S, i);
        }
        if ((i & 0xfe00707f) == 0x20002053) {
          return OperandFormat.formatFR(Opcode.FSGNJX_S, i);
        }
        if ((i & 0xfe00707f) == 0x22000053) {
          return OperandFormat.formatFR(Opcode.FSGNJ_D, i);
        }
        if ((i & 0xfe00707f) == 0x22001053) {
          return OperandFormat.formatFR(Opcode.FSGNJN_D, i);
        }
        if ((i & 0xfe00707f) == 0x22002053) {
          return OperandFormat.formatFR(Opcode.FSGNJX_D, i);
        }
        if ((i & 0xfe00007f) == 0x53) {
          return OperandFormat.formatFRM(Opcode.FADD_S, i);
        }
        if ((i & 0xfe00007f) == 0x8000053) {
          return OperandFormat.formatFRM(Opcode.FSUB_S, i);
        }
        if ((i & 0xfe00007f) == 0x10000053) {
          return OperandFormat.formatFRM(Opcode.FMUL_S, i);
        }
        if ((i & 0xfe00007f) == 0x18000053) {
          return OperandFormat.formatFRM(Opcode.FDIV_S, i);
        }
        if ((i & 0xfff0007f) == 0x58000053) {
          return OperandFormat.formatFRM(Opcode.FSQRT_S, i);
        }
        if ((i & 0xfe00707f) == 0x28000053) {
          return OperandFormat.formatFR(Opcode.FMIN_S, i);
        }
        if ((i & 0xfe00707f) == 0x28001053) {
          return OperandFormat.formatFR(Opcode.FMAX_S, i);
        }
        if ((i & 0xfe00707f) == 0xa0000053) {
          return OperandFormat.formatR(Opcode.FLE_S, i);
        }
        if ((i & 0xfe00707f) == 0xa0001053) {
          return OperandFormat.formatR(Opcode.FLT_S, i);
        }
        if ((i & 0xfe00707f) == 0xa0002053) {
          return OperandFormat.formatR(Opcode.FEQ_S, i);
        }
        if ((i & 0xfff0707f) == 0xe0001053) {
          return OperandFormat.formatR1(Opcode.FCLASS_S, i);
        }
        if ((i & 0xfff0007f) == 0xc0000053) {
          return OperandFormat.formatXRM(Opcode.FCVT_W_S, i);
        }
        if ((i & 0xfff0007f) == 0xc0100053) {
          return OperandFormat.formatXRM(Opcode.FCVT_WU_S, i);
        }
        if ((i & 0xfff0007f) == 0xc0200053) {
          return OperandFormat.formatXRM(Opcode.FCVT_L_S, i);
        }
        if ((i & 0xfff0007f) == 0xc0300053) {
          return OperandFormat.formatXRM(Opcode.FCVT_LU_S, i);
        }
        if ((i & 0xfff0007f) == 0xd0000053) {
          return OperandFormat.formatFRM(Opcode.FCVT_S_W, i);
        }
        if ((i & 0xfff0007f) == 0xd0100053) {
          return OperandFormat.formatFRM(Opcode.FCVT_S_WU, i);
        }
        if ((i & 0xfff0007f) == 0xd0200053) {
          return OperandFormat.formatFRM(Opcode.FCVT_S_L, i);
        }
        if ((i & 0xfff0007f) == 0xd0300053) {
          return OperandFormat.formatFRM(Opcode.FCVT_S_LU, i);
        }
        if ((i & 0xfe00007f) == 0x2000053) {
          return OperandFormat.formatFRM(Opcode.FADD_D, i);
        }
        if ((i & 0xfe00007f) == 0xa000053) {
          return OperandFormat.formatFRM(Opcode.FSUB_D, i);
        }
        if ((i & 0xfe00007f) == 0x12000053) {
          return OperandFormat.formatFRM(Opcode.FMUL_D, i);
        }
        if ((i & 0xfe00007f) == 0x1a000053) {
          return OperandFormat.formatFRM(Opcode.FDIV_D, i);
        }
        if ((i & 0xfff0007f) == 0x5a000053) {
          return OperandFormat.formatFRM(Opcode.FSQRT_D, i);
        }
        if ((i & 0xfe00707f) == 0x2a000053) {
          return OperandFormat.formatFR(Opcode.FMIN_D, i);
        }
        if ((i & 0xfe00707f) == 0x2a001053) {
          return OperandFormat.formatFR(Opcode.FMAX_D, i);
        }
        if ((i & 0xfe00707f) == 0xa2000053) {
          return OperandFormat.formatR(Opcode.FLE_D, i);
        }
        if ((i & 0xfe00707f) == 0xa2001053) {
          return OperandFormat.formatR(Opcode.FLT_D, i);
        }
        if ((i & 0xfe00707f) == 0xa2002053) {
          return OperandFormat.formatR(Opcode.FEQ_D, i);
        }
        if ((i & 0xfff0707f) == 0xe2001053) {
          return OperandFormat.formatR1(Opcode.FCLASS_D, i);
        }
        if ((i & 0xfff0007f) == 0xc2000053) {
          return OperandFormat.formatXRM(Opcode.FCVT_W_D, i);
        }
        if ((i & 0xfff0007f) == 0xc2100053) {
          return OperandFormat.formatXRM(Opcode.FCVT_WU_D, i);
        }
        if ((i & 0xfff0007f) == 0xc2200053) {
          return OperandFormat.formatXRM(Opcode.FCVT_L_D, i);
        }
        if ((i & 0xfff0007f) == 0xc2300053) {
          return OperandFormat.formatXRM(Opcode.FCVT_LU_D, i);
        }
        if ((i & 0xfff0007f) == 0xd2000053) {
          return OperandFormat.formatFRM(Opcode.FCVT_D_W, i);
        }
        if ((i & 0xfff0007f) == 0xd2100053) {
          return OperandFormat.formatFRM(Opcode.FCVT_D_WU, i);
        }
        if ((i & 0xfff0007f) == 0xd2200053) {
          return OperandFormat.formatFRM(Opcode.FCVT_D_L, i);
        }
        if ((i & 0xfff0007f) == 0xd2300053) {
          return OperandFormat.formatFRM(Opcode.FCVT_D_LU, i);
        }
        if ((i & 0xfff0007f) == 0x40100053) {
          return OperandFormat.formatFRM(Opcode.FCVT_S_D, i);
        }
        if ((i & 0xfff0007f) == 0x42000053) {
          return OperandFormat.formatFRM(Opcode.FCVT_D_S, i);
        }
      }
      case 16 -> {
        if ((i & 0x600007f) == 0x43) {
          return OperandFormat.formatR4(Opcode.FMADD_S, i);
        }
        if ((i & 0x600007f) == 0x2000043) {
          return OperandFormat.formatR4(Opcode.FMADD_D, i);
        }
      }
      case 17 -> {
        if ((i & 0x600007f) == 0x47) {
          return OperandFormat.formatR4(Opcode.FMSUB_S, i);
        }
        if ((i & 0x600007f) == 0x2000047) {
          return OperandFormat.formatR4(Opcode.FMSUB_D, i);
        }
      }
      case 18 -> {
        if ((i & 0x600007f) == 0x4b) {
          return OperandFormat.formatR4(Opcode.FNMSUB_S, i);
        }
        if ((i & 0x600007f) == 0x200004b) {
          return OperandFormat.formatR4(Opcode.FNMSUB_D, i);
        }
      }
      case 19 -> {
        if ((i & 0x600007f) == 0x4f) {
          return OperandFormat.formatR4(Opcode.FNMADD_S, i);
        }
        if ((i & 0x600007f) == 0x200004f) {
          return OperandFormat.formatR4(Opcode.FNMADD_D, i);
        }
      }
      default -> {}
    }
    return DecodedInstruction.pack(Opcode.ILLEGAL, DecodedInstruction.SINK, 0, 0, 2, i);
  }

  private static long decodeCompressed(int i) {
    switch (i & 3 | i >>> 11 & 28) {
      case 0 -> {
        if ((i & 0xe003) == 0x0
            && DecodedInstruction.immediate(OperandFormat.formatCIW(Opcode.ADDI, i)) != 0) {
          return OperandFormat.formatCIW(Opcode.ADDI, i);
        }
      }
      case 4 -> {
        if ((i & 0xe003) == 0x2000) {
          return OperandFormat.formatCFLD(Opcode.FLD, i);
        }
      }
      case 8 -> {
        if ((i & 0xe003) == 0x4000) {
          return OperandFormat.formatCLW(Opcode.LW, i);
        }
      }
      case 12 -> {
        if ((i & 0xe003) == 0x6000) {
          return OperandFormat.formatCLD(Opcode.LD, i);
        }
      }
      case 20 -> {
        if ((i & 0xe003) == 0xa000) {
          return OperandFormat.formatCSD(Opcode.FSD, i);
        }
      }
      case 24 -> {
        if ((i & 0xe003) == 0xc000) {
          return OperandFormat.formatCSW(Opcode.SW, i);
        }
      }
      case 28 -> {
        if ((i & 0xe003) == 0xe000) {
          return OperandFormat.formatCSD(Opcode.SD, i);
        }
      }
      case 1 -> {
        if ((i & 0xe003) == 0x1) {
          return OperandFormat.formatCI(Opcode.ADDI, i);
        }
      }
      case 5 -> {
        if ((i & 0xe003) == 0x2001 && (i & 0xf80) != 0) {
          return OperandFormat.formatCI(Opcode.ADDIW, i);
        }
      }
      case 9 -> {
        if ((i & 0xe003) == 0x4001) {
          return OperandFormat.formatCLI(Opcode.ADDI, i);
        }
      }
      case 13 -> {
        if ((i & 0xef83) == 0x6101
            && DecodedInstruction.immediate(OperandFormat.formatCI16SP(Opcode.ADDI, i)) != 0) {
          return OperandFormat.formatCI16SP(Opcode.ADDI, i);
        }
        if ((i & 0xe003) == 0x6001
            && DecodedInstruction.immediate(OperandFormat.formatCLUI(Opcode.LUI, i)) != 0) {
          return OperandFormat.formatCLUI(Opcode.LUI, i);
        }
      }
      case 17 -> {
        if ((i & 0xec03) == 0x8001) {
          return OperandFormat.formatCBSH(Opcode.SRLI, i);
        }
        if ((i & 0xec03) == 0x8401) {
          return OperandFormat.formatCBSH(Opcode.SRAI, i);
        }
        if ((i & 0xec03) == 0x8801) {
          return OperandFormat.formatCBI(Opcode.ANDI, i);
        }
        if ((i & 0xfc63) == 0x8c01) {
          return OperandFormat.formatCA(Opcode.SUB, i);
        }
        if ((i & 0xfc63) == 0x8c21) {
          return OperandFormat.formatCA(Opcode.XOR, i);
        }
        if ((i & 0xfc63) == 0x8c41) {
          return OperandFormat.formatCA(Opcode.OR, i);
        }
        if ((i & 0xfc63) == 0x8c61) {
          return OperandFormat.formatCA(Opcode.AND, i);
        }
        if ((i & 0xfc63) == 0x9c01) {
          return OperandFormat.formatCA(Opcode.SUBW, i);
        }
        if ((i & 0xfc63) == 0x9c21) {
          return OperandFormat.formatCA(Opcode.ADDW, i);
        }
      }
      case 21 -> {
        if ((i & 0xe003) == 0xa001) {
          return OperandFormat.formatCJ(Opcode.JAL, i);
        }
      }
      case 25 -> {
        if ((i & 0xe003) == 0xc001) {
          return OperandFormat.formatCB(Opcode.BEQ, i);
        }
      }
      case 29 -> {
        if ((i & 0xe003) == 0xe001) {
          return OperandFormat.formatCB(Opcode.BNE, i);
        }
      }
      case 2 -> {
        if ((i & 0xe003) == 0x2) {
          return OperandFormat.formatCISH(Opcode.SLLI, i);
        }
      }
      case 6 -> {
        if ((i & 0xe003) == 0x2002) {
          return OperandFormat.formatCFLDSP(Opcode.FLD, i);
        }
      }
      case 10 -> {
        if ((i & 0xe003) == 0x4002 && (i & 0xf80) != 0) {
          return OperandFormat.formatCLWSP(Opcode.LW, i);
        }
      }
      case 14 -> {
        if ((i & 0xe003) == 0x6002 && (i & 0xf80) != 0) {
          return OperandFormat.formatCLDSP(Opcode.LD, i);
        }
      }
      case 18 -> {
        if ((i & 0xf07f) == 0x8002 && (i & 0xf80) != 0) {
          return OperandFormat.formatCJR(Opcode.JALR, i);
        }
        if ((i & 0xf003) == 0x8002 && (i & 0x7c) != 0) {
          return OperandFormat.formatCMV(Opcode.ADD, i);
        }
        if ((i & 0xffff) == 0x9002) {
          return OperandFormat.formatN(Opcode.EBREAK, i);
        }
        if ((i & 0xf07f) == 0x9002) {
          return OperandFormat.formatCJALR(Opcode.JALR, i);
        }
        if ((i & 0xf003) == 0x9002) {
          return OperandFormat.formatCADD(Opcode.ADD, i);
        }
      }
      case 22 -> {
        if ((i & 0xe003) == 0xa002) {
          return OperandFormat.formatCSDSP(Opcode.FSD, i);
        }
      }
      case 26 -> {
        if ((i & 0xe003) == 0xc002) {
          return OperandFormat.formatCSWSP(Opcode.SW, i);
        }
      }
      case 30 -> {
        if ((i & 0xe003) == 0xe002) {
          return OperandFormat.formatCSDSP(Opcode.SD, i);
        }
      }
      default -> {}
    }
    return DecodedInstruction.pack(Opcode.ILLEGAL, DecodedInstruction.SINK, 0, 0, 1, i);
  }
}
