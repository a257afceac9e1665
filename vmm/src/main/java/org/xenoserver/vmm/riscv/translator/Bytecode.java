package org.xenoserver.vmm.riscv.translator;

/** Opcodes of the Java virtual machine (its specification, chapter 6). */
final class Bytecode {
  static final int ACONST_NULL = 1;
  static final int ICONST_0 = 3;
  static final int LCONST_0 = 9;
  static final int DCONST_0 = 14;
  static final int BIPUSH = 16;
  static final int SIPUSH = 17;
  static final int LDC_W = 19;
  static final int LDC2_W = 20;
  static final int ILOAD = 21;
  static final int LLOAD = 22;
  static final int FLOAD = 23;
  static final int DLOAD = 24;
  static final int ALOAD = 25;
  static final int LALOAD = 47;
  static final int ISTORE = 54;
  static final int LSTORE = 55;
  static final int FSTORE = 56;
  static final int DSTORE = 57;
  static final int ASTORE = 58;
  static final int LASTORE = 80;
  static final int POP = 87;
  static final int POP2 = 88;
  static final int DUP = 89;
  static final int IADD = 96;
  static final int LADD = 97;
  static final int FADD = 98;
  static final int DADD = 99;
  static final int ISUB = 100;
  static final int LSUB = 101;
  static final int FSUB = 102;
  static final int DSUB = 103;
  static final int LMUL = 105;
  static final int FMUL = 106;
  static final int DMUL = 107;
  static final int FDIV = 110;
  static final int DDIV = 111;
  static final int FNEG = 118;
  static final int DNEG = 119;
  static final int ISHL = 120;
  static final int LSHL = 121;
  static final int ISHR = 122;
  static final int LSHR = 123;
  static final int IUSHR = 124;
  static final int LUSHR = 125;
  static final int IAND = 126;
  static final int LAND = 127;
  static final int IOR = 128;
  static final int LOR = 129;
  static final int IXOR = 130;
  static final int LXOR = 131;
  static final int IINC = 132;
  static final int I2L = 133;
  static final int I2F = 134;
  static final int I2D = 135;
  static final int L2I = 136;
  static final int L2F = 137;
  static final int L2D = 138;
  static final int F2I = 139;
  static final int F2L = 140;
  static final int F2D = 141;
  static final int D2I = 142;
  static final int D2L = 143;
  static final int D2F = 144;
  static final int I2B = 145;
  static final int I2S = 147;
  static final int LCMP = 148;
  static final int FCMPL = 149;
  static final int FCMPG = 150;
  static final int DCMPL = 151;
  static final int DCMPG = 152;
  static final int IFEQ = 153;
  static final int IFNE = 154;
  static final int IFLT = 155;
  static final int IFGE = 156;
  static final int IFGT = 157;
  static final int IFLE = 158;

  /** From a comparison of an int with zero to the same comparison of two ints. */
  static final int TWO_INTS = 6;

  static final int GOTO = 167;
  static final int TABLESWITCH = 170;
  static final int LOOKUPSWITCH = 171;
  static final int IRETURN = 172;
  static final int GETFIELD = 180;
  static final int PUTFIELD = 181;
  static final int INVOKEVIRTUAL = 182;
  static final int INVOKESTATIC = 184;
  static final int WIDE = 196;

  private Bytecode() {}
}
