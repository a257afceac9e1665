package org.xenoserver.vmm.riscv;

/** Numbers of control and status registers (privileged manual, tables 3 to 8) and their fields. */
public final class Csr {
  static final int FFLAGS = 0x001;
  static final int FRM = 0x002;
  static final int FCSR = 0x003;
  static final int CYCLE = 0xc00;

  /** The number of a register. */
  public static final int TIME = 0xc01;

  static final int INSTRET = 0xc02;
  static final int HPMCOUNTER31 = 0xc1f;

  /** The number of a register. */
  public static final int SSTATUS = 0x100;

  static final int SIE = 0x104;
  static final int STVEC = 0x105;
  static final int SCOUNTEREN = 0x106;
  static final int SENVCFG = 0x10a;

  /** The number of a register. */
  public static final int SSCRATCH = 0x140;

  /** The number of a register. */
  public static final int SEPC = 0x141;

  /** The number of a register. */
  public static final int SCAUSE = 0x142;

  /** The number of a register. */
  public static final int STVAL = 0x143;

  static final int SIP = 0x144;
  static final int STIMECMP = 0x14d;
  static final int SATP = 0x180;

  static final int MSTATUS = 0x300;
  static final int MISA = 0x301;
  static final int MEDELEG = 0x302;
  static final int MIDELEG = 0x303;
  static final int MIE = 0x304;
  static final int MTVEC = 0x305;
  static final int MCOUNTEREN = 0x306;
  static final int MENVCFG = 0x30a;
  static final int MCOUNTINHIBIT = 0x320;
  static final int MHPMEVENT3 = 0x323;
  static final int MHPMEVENT31 = 0x33f;

  /** The number of a register. */
  public static final int MSCRATCH = 0x340;

  /** The number of a register. */
  public static final int MEPC = 0x341;

  /** The number of a register. */
  public static final int MCAUSE = 0x342;

  /** The number of a register. */
  public static final int MTVAL = 0x343;

  static final int MIP = 0x344;
  static final int PMPCFG0 = 0x3a0;
  static final int PMPCFG14 = 0x3ae;
  static final int PMPADDR0 = 0x3b0;
  static final int PMPADDR63 = 0x3ef;
  static final int TSELECT = 0x7a0;
  static final int TDATA3 = 0x7a3;
  static final int MCYCLE = 0xb00;
  static final int MINSTRET = 0xb02;
  static final int MHPMCOUNTER3 = 0xb03;
  static final int MHPMCOUNTER31 = 0xb1f;
  static final int MVENDORID = 0xf11;
  static final int MARCHID = 0xf12;
  static final int MIMPID = 0xf13;
  static final int MHARTID = 0xf14;
  static final int MCONFIGPTR = 0xf15;

  /** Fields of mstatus (section 3.1.6). */
  static final long STATUS_SIE = 1L << 1;

  static final long STATUS_MIE = 1L << 3;
  static final long STATUS_SPIE = 1L << 5;
  static final long STATUS_MPIE = 1L << 7;
  static final long STATUS_SPP = 1L << 8;
  static final int STATUS_MPP_SHIFT = 11;
  static final long STATUS_MPP = 3L << STATUS_MPP_SHIFT;
  static final long STATUS_FS = 3L << 13;
  static final long STATUS_MPRV = 1L << 17;
  static final long STATUS_SUM = 1L << 18;
  static final long STATUS_MXR = 1L << 19;
  static final long STATUS_TVM = 1L << 20;
  static final long STATUS_TW = 1L << 21;
  static final long STATUS_TSR = 1L << 22;
  static final long STATUS_UXL_64 = 2L << 32;
  static final long STATUS_SXL_64 = 2L << 34;
  static final long STATUS_SD = 1L << 63;

  /** Fields of menvcfg and senvcfg (sections 3.1.18 and 4.1.10). */
  static final long ENVCFG_FIOM = 1;

  static final long ENVCFG_ADUE = 1L << 61;
  static final long ENVCFG_STCE = 1L << 63;

  private Csr() {}
}
