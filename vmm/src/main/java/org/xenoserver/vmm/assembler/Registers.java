package org.xenoserver.vmm.assembler;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Assembler names of registers: integer, floating-point, and control and status. */
public final class Registers {
  private static final Map<String, Integer> INTEGER = new HashMap<>();
  private static final Map<String, Integer> FLOAT = new HashMap<>();

  private static final Map<String, Integer> CONTROL =
      Map.ofEntries(
          Map.entry("fflags", 0x001),
          Map.entry("frm", 0x002),
          Map.entry("fcsr", 0x003),
          Map.entry("cycle", 0xc00),
          Map.entry("time", 0xc01),
          Map.entry("instret", 0xc02),
          Map.entry("sstatus", 0x100),
          Map.entry("sie", 0x104),
          Map.entry("stvec", 0x105),
          Map.entry("scounteren", 0x106),
          Map.entry("senvcfg", 0x10a),
          Map.entry("sscratch", 0x140),
          Map.entry("sepc", 0x141),
          Map.entry("scause", 0x142),
          Map.entry("stval", 0x143),
          Map.entry("sip", 0x144),
          Map.entry("stimecmp", 0x14d),
          Map.entry("satp", 0x180),
          Map.entry("mstatus", 0x300),
          Map.entry("misa", 0x301),
          Map.entry("medeleg", 0x302),
          Map.entry("mideleg", 0x303),
          Map.entry("mie", 0x304),
          Map.entry("mtvec", 0x305),
          Map.entry("mcounteren", 0x306),
          Map.entry("menvcfg", 0x30a),
          Map.entry("mscratch", 0x340),
          Map.entry("mepc", 0x341),
          Map.entry("mcause", 0x342),
          Map.entry("mtval", 0x343),
          Map.entry("mip", 0x344),
          Map.entry("pmpcfg0", 0x3a0),
          Map.entry("pmpaddr0", 0x3b0),
          Map.entry("pmpaddr1", 0x3b1),
          Map.entry("mcycle", 0xb00),
          Map.entry("minstret", 0xb02),
          Map.entry("mhartid", 0xf14));

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
  public static int integer(String name) {
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
