package org.xenoserver.vmm.riscv;

/** Opcode numbers. Made from instructions.txt by DecoderGenerator; do not edit. */
final class Opcode {
  /** A half word not decoded yet. */
  static final int UNDECODED = 0;

  /** The first half of an instruction whose second half is on the next page. */
  static final int CROSSES_PAGE = 1;

  /** The place after the last half word of a page. */
  static final int PAGE_END = 2;

  /** A place where a translated region is to run instead. */
  static final int REGION = 3;

  /** No instruction at all. */
  static final int ILLEGAL = 4;

  static final int LUI = 5;
  static final int AUIPC = 6;
  static final int JAL = 7;
  static final int JALR = 8;
  static final int BEQ = 9;
  static final int BNE = 10;
  static final int BLT = 11;
  static final int BGE = 12;
  static final int BLTU = 13;
  static final int BGEU = 14;
  static final int LB = 15;
  static final int LH = 16;
  static final int LW = 17;
  static final int LD = 18;
  static final int LBU = 19;
  static final int LHU = 20;
  static final int LWU = 21;
  static final int SB = 22;
  static final int SH = 23;
  static final int SW = 24;
  static final int SD = 25;
  static final int ADDI = 26;
  static final int SLTI = 27;
  static final int SLTIU = 28;
  static final int XORI = 29;
  static final int ORI = 30;
  static final int ANDI = 31;
  static final int SLLI = 32;
  static final int SRLI = 33;
  static final int SRAI = 34;
  static final int ADD = 35;
  static final int SUB = 36;
  static final int SLL = 37;
  static final int SLT = 38;
  static final int SLTU = 39;
  static final int XOR = 40;
  static final int SRL = 41;
  static final int SRA = 42;
  static final int OR = 43;
  static final int AND = 44;
  static final int ADDIW = 45;
  static final int SLLIW = 46;
  static final int SRLIW = 47;
  static final int SRAIW = 48;
  static final int ADDW = 49;
  static final int SUBW = 50;
  static final int SLLW = 51;
  static final int SRLW = 52;
  static final int SRAW = 53;
  static final int PAUSE = 54;
  static final int FENCE = 55;
  static final int MUL = 56;
  static final int MULH = 57;
  static final int MULHSU = 58;
  static final int MULHU = 59;
  static final int DIV = 60;
  static final int DIVU = 61;
  static final int REM = 62;
  static final int REMU = 63;
  static final int MULW = 64;
  static final int DIVW = 65;
  static final int DIVUW = 66;
  static final int REMW = 67;
  static final int REMUW = 68;
  static final int ADD_UW = 69;
  static final int SH1ADD = 70;
  static final int SH2ADD = 71;
  static final int SH3ADD = 72;
  static final int SH1ADD_UW = 73;
  static final int SH2ADD_UW = 74;
  static final int SH3ADD_UW = 75;
  static final int SLLI_UW = 76;
  static final int ANDN = 77;
  static final int ORN = 78;
  static final int XNOR = 79;
  static final int MAX = 80;
  static final int MAXU = 81;
  static final int MIN = 82;
  static final int MINU = 83;
  static final int ZEXT_H = 84;
  static final int SEXT_B = 85;
  static final int SEXT_H = 86;

  /** Opcodes from here on are executed outside the main loop. */
  static final int FIRST_OUTSIDE_MAIN_LOOP = 87;

  static final int FENCE_I = 87;
  static final int CSRRW = 88;
  static final int CSRRS = 89;
  static final int CSRRC = 90;
  static final int CSRRWI = 91;
  static final int CSRRSI = 92;
  static final int CSRRCI = 93;
  static final int ECALL = 94;
  static final int EBREAK = 95;
  static final int SRET = 96;
  static final int MRET = 97;
  static final int WFI = 98;
  static final int SFENCE_VMA = 99;
  static final int CLZ = 100;
  static final int CTZ = 101;
  static final int CPOP = 102;
  static final int CLZW = 103;
  static final int CTZW = 104;
  static final int CPOPW = 105;
  static final int ROL = 106;
  static final int ROR = 107;
  static final int RORI = 108;
  static final int ROLW = 109;
  static final int RORW = 110;
  static final int RORIW = 111;
  static final int ORC_B = 112;
  static final int REV8 = 113;
  static final int CLMUL = 114;
  static final int CLMULR = 115;
  static final int CLMULH = 116;
  static final int BCLR = 117;
  static final int BEXT = 118;
  static final int BINV = 119;
  static final int BSET = 120;
  static final int BCLRI = 121;
  static final int BEXTI = 122;
  static final int BINVI = 123;
  static final int BSETI = 124;
  static final int LR_W = 125;
  static final int SC_W = 126;
  static final int AMOSWAP_W = 127;
  static final int AMOADD_W = 128;
  static final int AMOXOR_W = 129;
  static final int AMOAND_W = 130;
  static final int AMOOR_W = 131;
  static final int AMOMIN_W = 132;
  static final int AMOMAX_W = 133;
  static final int AMOMINU_W = 134;
  static final int AMOMAXU_W = 135;
  static final int LR_D = 136;
  static final int SC_D = 137;
  static final int AMOSWAP_D = 138;
  static final int AMOADD_D = 139;
  static final int AMOXOR_D = 140;
  static final int AMOAND_D = 141;
  static final int AMOOR_D = 142;
  static final int AMOMIN_D = 143;
  static final int AMOMAX_D = 144;
  static final int AMOMINU_D = 145;
  static final int AMOMAXU_D = 146;
  static final int FLW = 147;
  static final int FLD = 148;
  static final int FSW = 149;
  static final int FSD = 150;
  static final int FMV_X_W = 151;
  static final int FMV_X_D = 152;
  static final int FMV_W_X = 153;
  static final int FMV_D_X = 154;
  static final int FSGNJ_S = 155;
  static final int FSGNJN_S = 156;
  static final int FSGNJX_S = 157;
  static final int FSGNJ_D = 158;
  static final int FSGNJN_D = 159;
  static final int FSGNJX_D = 160;
  static final int FADD_S = 161;
  static final int FSUB_S = 162;
  static final int FMUL_S = 163;
  static final int FDIV_S = 164;
  static final int FSQRT_S = 165;
  static final int FMADD_S = 166;
  static final int FMSUB_S = 167;
  static final int FNMSUB_S = 168;
  static final int FNMADD_S = 169;
  static final int FMIN_S = 170;
  static final int FMAX_S = 171;
  static final int FLE_S = 172;
  static final int FLT_S = 173;
  static final int FEQ_S = 174;
  static final int FCLASS_S = 175;
  static final int FCVT_W_S = 176;
  static final int FCVT_WU_S = 177;
  static final int FCVT_L_S = 178;
  static final int FCVT_LU_S = 179;
  static final int FCVT_S_W = 180;
  static final int FCVT_S_WU = 181;
  static final int FCVT_S_L = 182;
  static final int FCVT_S_LU = 183;
  static final int FADD_D = 184;
  static final int FSUB_D = 185;
  static final int FMUL_D = 186;
  static final int FDIV_D = 187;
  static final int FSQRT_D = 188;
  static final int FMADD_D = 189;
  static final int FMSUB_D = 190;
  static final int FNMSUB_D = 191;
  static final int FNMADD_D = 192;
  static final int FMIN_D = 193;
  static final int FMAX_D = 194;
  static final int FLE_D = 195;
  static final int FLT_D = 196;
  static final int FEQ_D = 197;
  static final int FCLASS_D = 198;
  static final int FCVT_W_D = 199;
  static final int FCVT_WU_D = 200;
  static final int FCVT_L_D = 201;
  static final int FCVT_LU_D = 202;
  static final int FCVT_D_W = 203;
  static final int FCVT_D_WU = 204;
  static final int FCVT_D_L = 205;
  static final int FCVT_D_LU = 206;
  static final int FCVT_S_D = 207;
  static final int FCVT_D_S = 208;

  private static final String[] NAMES = {
    "?",
    "?",
    "?",
    "?",
    "illegal",
    "lui",
    "auipc",
    "jal",
    "jalr",
    "beq",
    "bne",
    "blt",
    "bge",
    "bltu",
    "bgeu",
    "lb",
    "lh",
    "lw",
    "ld",
    "lbu",
    "lhu",
    "lwu",
    "sb",
    "sh",
    "sw",
    "sd",
    "addi",
    "slti",
    "sltiu",
    "xori",
    "ori",
    "andi",
    "slli",
    "srli",
    "srai",
    "add",
    "sub",
    "sll",
    "slt",
    "sltu",
    "xor",
    "srl",
    "sra",
    "or",
    "and",
    "addiw",
    "slliw",
    "srliw",
    "sraiw",
    "addw",
    "subw",
    "sllw",
    "srlw",
    "sraw",
    "pause",
    "fence",
    "mul",
    "mulh",
    "mulhsu",
    "mulhu",
    "div",
    "divu",
    "rem",
    "remu",
    "mulw",
    "divw",
    "divuw",
    "remw",
    "remuw",
    "add.uw",
    "sh1add",
    "sh2add",
    "sh3add",
    "sh1add.uw",
    "sh2add.uw",
    "sh3add.uw",
    "slli.uw",
    "andn",
    "orn",
    "xnor",
    "max",
    "maxu",
    "min",
    "minu",
    "zext.h",
    "sext.b",
    "sext.h",
    "fence.i",
    "csrrw",
    "csrrs",
    "csrrc",
    "csrrwi",
    "csrrsi",
    "csrrci",
    "ecall",
    "ebreak",
    "sret",
    "mret",
    "wfi",
    "sfence.vma",
    "clz",
    "ctz",
    "cpop",
    "clzw",
    "ctzw",
    "cpopw",
    "rol",
    "ror",
    "rori",
    "rolw",
    "rorw",
    "roriw",
    "orc.b",
    "rev8",
    "clmul",
    "clmulr",
    "clmulh",
    "bclr",
    "bext",
    "binv",
    "bset",
    "bclri",
    "bexti",
    "binvi",
    "bseti",
    "lr.w",
    "sc.w",
    "amoswap.w",
    "amoadd.w",
    "amoxor.w",
    "amoand.w",
    "amoor.w",
    "amomin.w",
    "amomax.w",
    "amominu.w",
    "amomaxu.w",
    "lr.d",
    "sc.d",
    "amoswap.d",
    "amoadd.d",
    "amoxor.d",
    "amoand.d",
    "amoor.d",
    "amomin.d",
    "amomax.d",
    "amominu.d",
    "amomaxu.d",
    "flw",
    "fld",
    "fsw",
    "fsd",
    "fmv.x.w",
    "fmv.x.d",
    "fmv.w.x",
    "fmv.d.x",
    "fsgnj.s",
    "fsgnjn.s",
    "fsgnjx.s",
    "fsgnj.d",
    "fsgnjn.d",
    "fsgnjx.d",
    "fadd.s",
    "fsub.s",
    "fmul.s",
    "fdiv.s",
    "fsqrt.s",
    "fmadd.s",
    "fmsub.s",
    "fnmsub.s",
    "fnmadd.s",
    "fmin.s",
    "fmax.s",
    "fle.s",
    "flt.s",
    "feq.s",
    "fclass.s",
    "fcvt.w.s",
    "fcvt.wu.s",
    "fcvt.l.s",
    "fcvt.lu.s",
    "fcvt.s.w",
    "fcvt.s.wu",
    "fcvt.s.l",
    "fcvt.s.lu",
    "fadd.d",
    "fsub.d",
    "fmul.d",
    "fdiv.d",
    "fsqrt.d",
    "fmadd.d",
    "fmsub.d",
    "fnmsub.d",
    "fnmadd.d",
    "fmin.d",
    "fmax.d",
    "fle.d",
    "flt.d",
    "feq.d",
    "fclass.d",
    "fcvt.w.d",
    "fcvt.wu.d",
    "fcvt.l.d",
    "fcvt.lu.d",
    "fcvt.d.w",
    "fcvt.d.wu",
    "fcvt.d.l",
    "fcvt.d.lu",
    "fcvt.s.d",
    "fcvt.d.s"
  };

  private Opcode() {}

  /** The assembler's name of an instruction. */
  static String name(int opcode) {
    return NAMES[opcode];
  }
}
