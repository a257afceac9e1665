package org.xenoserver.vmm.riscv;

/** Opcode numbers. Made from instructions.txt by DecoderGenerator; do not edit. */
public final class Opcode {
  /** A half word not decoded yet. */
  public static final int UNDECODED = 0;

  /** The first half of an instruction whose second half is on the next page. */
  public static final int CROSSES_PAGE = 1;

  /** The place after the last half word of a page. */
  public static final int PAGE_END = 2;

  /** No instruction at all. */
  public static final int ILLEGAL = 3;

  public static final int LUI = 4;
  public static final int AUIPC = 5;
  public static final int JAL = 6;
  public static final int JALR = 7;
  public static final int BEQ = 8;
  public static final int BNE = 9;
  public static final int BLT = 10;
  public static final int BGE = 11;
  public static final int BLTU = 12;
  public static final int BGEU = 13;
  public static final int LB = 14;
  public static final int LH = 15;
  public static final int LW = 16;
  public static final int LD = 17;
  public static final int LBU = 18;
  public static final int LHU = 19;
  public static final int LWU = 20;
  public static final int SB = 21;
  public static final int SH = 22;
  public static final int SW = 23;
  public static final int SD = 24;
  public static final int ADDI = 25;
  public static final int SLTI = 26;
  public static final int SLTIU = 27;
  public static final int XORI = 28;
  public static final int ORI = 29;
  public static final int ANDI = 30;
  public static final int SLLI = 31;
  public static final int SRLI = 32;
  public static final int SRAI = 33;
  public static final int ADD = 34;
  public static final int SUB = 35;
  public static final int SLL = 36;
  public static final int SLT = 37;
  public static final int SLTU = 38;
  public static final int XOR = 39;
  public static final int SRL = 40;
  public static final int SRA = 41;
  public static final int OR = 42;
  public static final int AND = 43;
  public static final int ADDIW = 44;
  public static final int SLLIW = 45;
  public static final int SRLIW = 46;
  public static final int SRAIW = 47;
  public static final int ADDW = 48;
  public static final int SUBW = 49;
  public static final int SLLW = 50;
  public static final int SRLW = 51;
  public static final int SRAW = 52;
  public static final int PAUSE = 53;
  public static final int FENCE = 54;
  public static final int MUL = 55;
  public static final int MULH = 56;
  public static final int MULHSU = 57;
  public static final int MULHU = 58;
  public static final int DIV = 59;
  public static final int DIVU = 60;
  public static final int REM = 61;
  public static final int REMU = 62;
  public static final int MULW = 63;
  public static final int DIVW = 64;
  public static final int DIVUW = 65;
  public static final int REMW = 66;
  public static final int REMUW = 67;
  public static final int ADD_UW = 68;
  public static final int SH1ADD = 69;
  public static final int SH2ADD = 70;
  public static final int SH3ADD = 71;
  public static final int SH1ADD_UW = 72;
  public static final int SH2ADD_UW = 73;
  public static final int SH3ADD_UW = 74;
  public static final int SLLI_UW = 75;
  public static final int ANDN = 76;
  public static final int ORN = 77;
  public static final int XNOR = 78;
  public static final int MAX = 79;
  public static final int MAXU = 80;
  public static final int MIN = 81;
  public static final int MINU = 82;
  public static final int ZEXT_H = 83;
  public static final int SEXT_B = 84;
  public static final int SEXT_H = 85;

  /** Opcodes from here on are executed outside the main loop. */
  public static final int FIRST_OUTSIDE_MAIN_LOOP = 86;

  public static final int FENCE_I = 86;
  public static final int CSRRW = 87;
  public static final int CSRRS = 88;
  public static final int CSRRC = 89;
  public static final int CSRRWI = 90;
  public static final int CSRRSI = 91;
  public static final int CSRRCI = 92;
  public static final int ECALL = 93;
  public static final int EBREAK = 94;
  public static final int SRET = 95;
  public static final int MRET = 96;
  public static final int WFI = 97;
  public static final int SFENCE_VMA = 98;
  public static final int CLZ = 99;
  public static final int CTZ = 100;
  public static final int CPOP = 101;
  public static final int CLZW = 102;
  public static final int CTZW = 103;
  public static final int CPOPW = 104;
  public static final int ROL = 105;
  public static final int ROR = 106;
  public static final int RORI = 107;
  public static final int ROLW = 108;
  public static final int RORW = 109;
  public static final int RORIW = 110;
  public static final int ORC_B = 111;
  public static final int REV8 = 112;
  public static final int CLMUL = 113;
  public static final int CLMULR = 114;
  public static final int CLMULH = 115;
  public static final int BCLR = 116;
  public static final int BEXT = 117;
  public static final int BINV = 118;
  public static final int BSET = 119;
  public static final int BCLRI = 120;
  public static final int BEXTI = 121;
  public static final int BINVI = 122;
  public static final int BSETI = 123;
  public static final int LR_W = 124;
  public static final int SC_W = 125;
  public static final int AMOSWAP_W = 126;
  public static final int AMOADD_W = 127;
  public static final int AMOXOR_W = 128;
  public static final int AMOAND_W = 129;
  public static final int AMOOR_W = 130;
  public static final int AMOMIN_W = 131;
  public static final int AMOMAX_W = 132;
  public static final int AMOMINU_W = 133;
  public static final int AMOMAXU_W = 134;
  public static final int LR_D = 135;
  public static final int SC_D = 136;
  public static final int AMOSWAP_D = 137;
  public static final int AMOADD_D = 138;
  public static final int AMOXOR_D = 139;
  public static final int AMOAND_D = 140;
  public static final int AMOOR_D = 141;
  public static final int AMOMIN_D = 142;
  public static final int AMOMAX_D = 143;
  public static final int AMOMINU_D = 144;
  public static final int AMOMAXU_D = 145;
  public static final int FLW = 146;
  public static final int FLD = 147;
  public static final int FSW = 148;
  public static final int FSD = 149;
  public static final int FMV_X_W = 150;
  public static final int FMV_X_D = 151;
  public static final int FMV_W_X = 152;
  public static final int FMV_D_X = 153;
  public static final int FSGNJ_S = 154;
  public static final int FSGNJN_S = 155;
  public static final int FSGNJX_S = 156;
  public static final int FSGNJ_D = 157;
  public static final int FSGNJN_D = 158;
  public static final int FSGNJX_D = 159;
  public static final int FADD_S = 160;
  public static final int FSUB_S = 161;
  public static final int FMUL_S = 162;
  public static final int FDIV_S = 163;
  public static final int FSQRT_S = 164;
  public static final int FMADD_S = 165;
  public static final int FMSUB_S = 166;
  public static final int FNMSUB_S = 167;
  public static final int FNMADD_S = 168;
  public static final int FMIN_S = 169;
  public static final int FMAX_S = 170;
  public static final int FLE_S = 171;
  public static final int FLT_S = 172;
  public static final int FEQ_S = 173;
  public static final int FCLASS_S = 174;
  public static final int FCVT_W_S = 175;
  public static final int FCVT_WU_S = 176;
  public static final int FCVT_L_S = 177;
  public static final int FCVT_LU_S = 178;
  public static final int FCVT_S_W = 179;
  public static final int FCVT_S_WU = 180;
  public static final int FCVT_S_L = 181;
  public static final int FCVT_S_LU = 182;
  public static final int FADD_D = 183;
  public static final int FSUB_D = 184;
  public static final int FMUL_D = 185;
  public static final int FDIV_D = 186;
  public static final int FSQRT_D = 187;
  public static final int FMADD_D = 188;
  public static final int FMSUB_D = 189;
  public static final int FNMSUB_D = 190;
  public static final int FNMADD_D = 191;
  public static final int FMIN_D = 192;
  public static final int FMAX_D = 193;
  public static final int FLE_D = 194;
  public static final int FLT_D = 195;
  public static final int FEQ_D = 196;
  public static final int FCLASS_D = 197;
  public static final int FCVT_W_D = 198;
  public static final int FCVT_WU_D = 199;
  public static final int FCVT_L_D = 200;
  public static final int FCVT_LU_D = 201;
  public static final int FCVT_D_W = 202;
  public static final int FCVT_D_WU = 203;
  public static final int FCVT_D_L = 204;
  public static final int FCVT_D_LU = 205;
  public static final int FCVT_S_D = 206;
  public static final int FCVT_D_S = 207;

  private static final String[] NAMES = {
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
  public static String name(int opcode) {
    return NAMES[opcode];
  }
}
