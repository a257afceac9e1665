package org.xenoserver.vmm.riscv;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Assembler names of registers: integer, floating-point, and control and status. */
final class Registers {
  private static final Map<String, Integer> INTEGER = new HashMap<>();
  private static final Map<String, Integer> FLOAT = new HashMap<>();

  private static final Map<String, Integer> CONTROL =
      Map.ofEntries(
          Map.entry("fflags", Csr.FFLAGS),
          Map.entry("frm", Csr.FRM),
          Map.entry("fcsr", Csr.FCSR),
          Map.entry("cycle", Csr.CYCLE),
          Map.entry("time", Csr.TIME),
          Map.entry("instret", Csr.INSTRET),
          Map.entry("sstatus", Csr.SSTATUS),
          Map.entry("sie", Csr.SIE),
          Map.entry("stvec", Csr.STVEC),
          Map.entry("scounteren", Csr.SCOUNTEREN),
          Map.entry("senvcfg", Csr.SENVCFG),
          Map.entry("sscratch", Csr.SSCRATCH),
          Map.entry("sepc", Csr.SEPC),
          Map.entry("scause", Csr.SCAUSE),
          Map.entry("stval", Csr.STVAL),
          Map.entry("sip", Csr.SIP),
          Map.entry("stimecmp", Csr.STIMECMP),
          Map.entry("satp", Csr.SATP),
          Map.entry("mstatus", Csr.MSTATUS),
          Map.entry("misa", Csr.MISA),
          Map.entry("medeleg", Csr.MEDELEG),
          Map.entry("mideleg", Csr.MIDELEG),
          Map.entry("mie", Csr.MIE),
          Map.entry("mtvec", Csr.MTVEC),
          Map.entry("mcounteren", Csr.MCOUNTEREN),
          Map.entry("menvcfg", Csr.MENVCFG),
          Map.entry("mscratch", Csr.MSCRATCH),
          Map.entry("mepc", Csr.MEPC),
          Map.entry("mcause", Csr.MCAUSE),
          Map.entry("mtval", Csr.MTVAL),
          Map.entry("mip", Csr.MIP),
          Map.entry("pmpcfg0", Csr.PMPCFG0),
          Map.entry("pmpaddr0", Csr.PMPADDR0),
          Map.entry("pmpaddr1", Csr.PMPADDR0 + 1),
          Map.entry("mcycle", Csr.MCYCLE),
          Map.entry("minstret", Csr.MINSTRET),
          Map.entry("mhartid", Csr.MHARTID));

  static {
    String[] abi = {
      "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
      "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
      "t5", "t6"
    };
    String[] floats = {
      "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2",
      "fa3", "fa4", "fa5", "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9",
      "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"
    };
    for (int i = 0; i < 32; i++) {
      INTEGER.put("x" + i, i);
      INTEGER.put(abi[i], i);
      FLOAT.put("f" + i, i);
      FLOAT.put(floats[i], i);
    }
    INTEGER.put("fp", 8);
  }

  private Registers() {}

  /** The number of an integer or floating-point register; null if it is no register's name. */
  static @Nullable Integer number(String name) {
    Integer integer = INTEGER.get(name);
    return integer != null ? integer : FLOAT.get(name);
  }

  /** The number of an integer register. */
  static int integer(String name) {
    Integer number = INTEGER.get(name);
    if (number == null) {
      throw new IllegalArgumentException("no integer register " + name);
    }
    return number;
  }

  /** The number of a control and status register; null if it is not known by name. */
  static @Nullable Integer control(String name) {
    return CONTROL.get(name);
  }
}
