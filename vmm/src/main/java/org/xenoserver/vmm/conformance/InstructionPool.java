package org.xenoserver.vmm.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.xenoserver.vmm.assembler.InstructionLayout;
import org.xenoserver.vmm.assembler.InstructionLayout.Field;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;
import org.xenoserver.vmm.assembler.InstructionTable;
import org.xenoserver.vmm.assembler.InstructionTable.Row;
import org.xenoserver.vmm.conformance.CodeBuffer.Label;

/**
 * The rows of the instruction table by what random programs can do with them, and operands drawn
 * for them. Every row belongs to one of the groups; who adds a row to the table adds it to
 * programs.
 */
final class InstructionPool {
  /** Rows that programs contain only where control flow or state is planned for. */
  private static final Set<String> PLANNED =
      Set.of(
          "jal",
          "jalr",
          "beq",
          "bne",
          "blt",
          "bge",
          "bltu",
          "bgeu",
          "fence",
          "pause",
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
          "lr.w",
          "lr.d",
          "sc.w",
          "sc.d",
          "c.addi16sp",
          "c.j",
          "c.beqz",
          "c.bnez",
          "c.jr",
          "c.ebreak",
          "c.jalr");

  private static final Map<String, Row> ROWS = new HashMap<>();
  private static final List<Row> COMPUTING = new ArrayList<>();
  private static final List<Row> FLOATING = new ArrayList<>();
  private static final List<Row> LOADS = new ArrayList<>();
  private static final List<Row> STORES = new ArrayList<>();
  private static final List<Row> FLOAT_LOADS_AND_STORES = new ArrayList<>();
  private static final List<Row> ATOMICS = new ArrayList<>();

  static {
    for (Row row : new InstructionTable().rows()) {
      ROWS.put(row.name(), row);
      group(row).add(row);
    }
  }

  private final SplittableRandom random;
  private final RegisterChoice registers;

  private final boolean portable;

  InstructionPool(SplittableRandom random, RegisterChoice registers, boolean portable) {
    this.random = random;
    this.registers = registers;
    this.portable = portable;
  }

  private static List<Row> group(Row row) {
    String name = row.name();
    if (PLANNED.contains(name)) {
      return new ArrayList<>();
    } else if (row.base().matches("f[ls][wd]")) {
      return FLOAT_LOADS_AND_STORES;
    } else if (row.base().matches("l[bhwd]u?")) {
      return LOADS;
    } else if (row.base().matches("s[bhwd]")) {
      return STORES;
    } else if (name.startsWith("amo")) {
      return ATOMICS;
    }
    return name.startsWith("f") ? FLOATING : COMPUTING;
  }

  /** The row of a name. */
  static Row row(String name) {
    Row row = ROWS.get(name);
    if (row == null) {
      throw new IllegalArgumentException("no instruction " + name);
    }
    return row;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** An integer instruction that touches registers alone. */
  void compute(CodeBuffer code) {
    if (random.nextInt(64) == 0) {
      // There and back: the stack pointer is kept for addresses.
      long bytes = 16L * (1 + random.nextInt(31));
      code.add(row("c.addi16sp"), new Operands().with(Field.IMM, bytes));
      code.add(row("c.addi16sp"), new Operands().with(Field.IMM, -bytes));
      return;
    }
    plain(code, pick(COMPUTING));
  }

  /** A floating-point instruction that touches registers alone. */
  void floating(CodeBuffer code) {
    plain(code, pick(FLOATING));
  }

  /** A load into an integer register. */
  void load(CodeBuffer code) {
    memory(code, pick(LOADS));
  }

  /** A store of an integer register. */
  void store(CodeBuffer code) {
    memory(code, pick(STORES));
  }

  /** A floating-point load or store. */
  void floatMemory(CodeBuffer code) {
    memory(code, pick(FLOAT_LOADS_AND_STORES));
  }

  /** An atomic operation on the address in a register. */
  void atomic(CodeBuffer code, int address) {
    Row row = pick(ATOMICS);
    code.add(
        row,
        new Operands()
            .with(Field.RD, registers.targetOrZero())
            .with(Field.RS1, address)
            .with(Field.RS2, registers.source())
            .with(Field.AQRL, random.nextInt(4)));
  }

  /** The bits of an integer instruction of four bytes that touches registers alone. */
  int word() {
    Row row = pick(COMPUTING);
    while (row.compressed() || isWrongInQemu(row)) {
      row = pick(COMPUTING);
    }
    return InstructionLayout.encode(row, operands(row));
  }

  /**
   * LR and SC on the address in a register, now and then with a store between or one SC too many.
   *
   * <p>An SC that fails need not check its address, and a trap may end a reservation. So SC is left
   * out if LR faulted, and the longer sequences begin with an AMO that shows whether the address
   * may be written.
   */
  void reserved(CodeBuffer code, int address) {
    String size = random.nextBoolean() ? ".w" : ".d";
    int loaded = other(address, address);
    int none = other(address, loaded);
    Label end = new Label();
    boolean longer = random.nextInt(3) == 0;
    Situation.load(code, none, random.nextLong() << 32 | 0x5bd1_e995L);
    code.add(row("addi"), new Operands().with(Field.RD, loaded).with(Field.RS1, none));
    if (longer) {
      code.add(row("amoor" + size), withOrdering().with(Field.RD, loaded).with(Field.RS1, address));
      code.add(row("beq"), new Operands().with(Field.RS1, loaded).with(Field.RS2, none), end);
    }
    code.add(row("lr" + size), withOrdering().with(Field.RD, loaded).with(Field.RS1, address));
    code.add(row("beq"), new Operands().with(Field.RS1, loaded).with(Field.RS2, none), end);
    if (longer && random.nextBoolean()) {
      code.add(
          row("s" + size.charAt(1)),
          new Operands().with(Field.RS1, address).with(Field.RS2, registers.source()));
    }
    storeConditional(code, size, address, random.nextInt(8) == 0 ? 0 : other(address, address));
    if (longer && random.nextBoolean()) {
      storeConditional(code, size, address, registers.targetOrZero());
    }
    code.place(end);
  }

  /** Goes elsewhere if nothing can be loaded from an address: QEMU takes AMOs there for loads. */
  void guard(CodeBuffer code, int address, Label elsewhere) {
    int byteOrMore = other(address, address);
    Operands operands = new Operands().with(Field.RD, byteOrMore);
    code.add(row("addi"), operands.with(Field.IMM, 256));
    code.add(row("lbu"), new Operands().with(Field.RD, byteOrMore).with(Field.RS1, address));
    code.add(row("slti"), operands.with(Field.RS1, byteOrMore).with(Field.IMM, 256));
    code.add(row("beq"), new Operands().with(Field.RS1, byteOrMore), elsewhere);
  }

  private int other(int one, int two) {
    int other = registers.target();
    while (other == one || other == two) {
      other = registers.target();
    }
    return other;
  }

  private void storeConditional(CodeBuffer code, String size, int address, int result) {
    code.add(
        row("sc" + size),
        withOrdering()
            .with(Field.RD, result)
            .with(Field.RS1, address)
            .with(Field.RS2, registers.source()));
  }

  private Operands withOrdering() {
    return new Operands().with(Field.AQRL, random.nextInt(4));
  }

  /** QEMU 7.2 counts beyond the word in CTZW if the word is zero. */
  private boolean isWrongInQemu(Row row) {
    return portable && row.name().equals("ctzw");
  }

  private void plain(CodeBuffer code, Row row) {
    Operands operands = operands(row);
    if (isWrongInQemu(row)) {
      int register = registers.target();
      operands.with(Field.RS1, register);
      code.add(
          row("bseti"),
          new Operands()
              .with(Field.RD, register)
              .with(Field.RS1, register)
              .with(Field.IMM, random.nextInt(32)));
    }
    code.add(row, operands);
  }

  private Operands operands(Row row) {
    String layout = InstructionLayout.of(row);
    Operands operands = new Operands();
    for (Field field : Field.values()) {
      String name = field.name().toLowerCase(java.util.Locale.ROOT);
      if (layout.contains(name)) {
        boolean low = layout.contains(name + "'");
        operands.with(field, operand(row, field, low));
      }
    }
    return operands;
  }

  private long operand(Row row, Field field, boolean low) {
    return switch (field) {
      case RD -> writesFloat(row) ? registers.floating() : target(row, low);
      case RS1, RS2 -> source(row, field, low);
      case RS3 -> registers.floating();
      case RM -> roundingMode();
      case IMM -> immediate(row);
      case AQRL, CSR -> throw new IllegalArgumentException(row.name());
    };
  }

  private int target(Row row, boolean low) {
    if (low) {
      return registers.compressedTarget();
    }
    return row.compressed() ? registers.target() : registers.targetOrZero();
  }

  private int source(Row row, Field field, boolean low) {
    if (readsFloat(row)) {
      return registers.floating();
    }
    if (low) {
      return registers.compressedSource();
    }
    int register = registers.source();
    return row.compressed() && register == 0 && field == Field.RS2 ? registers.target() : register;
  }

  private static boolean writesFloat(Row row) {
    return Set.of("FR", "FR1", "FRM", "R4").contains(row.format());
  }

  private static boolean readsFloat(Row row) {
    boolean convertsInteger = row.name().matches("fcvt\\.[sd]\\.[wl]u?|fmv\\.[wd]\\.x");
    return row.name().startsWith("f") && !convertsInteger;
  }

  private int roundingMode() {
    int drawn = random.nextInt(100);
    return drawn < 50 ? 7 : drawn < 98 ? random.nextInt(5) : 5 + random.nextInt(2);
  }

  private long immediate(Row row) {
    int[] range = InstructionLayout.immediateRange(row);
    long step = 1L << range[1];
    long drawn =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(8) - 4L;
          default -> random.nextLong();
        };
    long masked = drawn << range[1] & (1L << range[0] + 1) - 1;
    return masked == 0 && row.nonZero().equals("imm") ? step : masked;
  }

  // ---- memory

  private void memory(CodeBuffer code, Row row) {
    boolean stackRelative = row.name().endsWith("sp");
    boolean load = row.base().matches("f?l.*");
    boolean floating = row.base().startsWith("f");
    Operands operands = new Operands();
    if (load) {
      operands.with(
          Field.RD,
          floating
              ? compressedOr(row, random.nextInt(8) + 8, registers.floating())
              : compressedOr(row, registers.compressedTarget(), loadTarget(row)));
    } else {
      operands.with(
          Field.RS2,
          floating
              ? compressedOr(row, random.nextInt(8) + 8, registers.floating())
              : compressedOr(row, registers.compressedSource(), registers.source()));
    }
    if (!stackRelative) {
      operands.with(
          Field.RS1,
          row.compressed()
              ? registers.compressedBase
              : random.nextBoolean() ? registers.compressedBase : registers.otherBase);
    }
    code.add(row, operands.with(Field.IMM, offset(row)));
  }

  private int loadTarget(Row row) {
    return row.compressed() ? registers.target() : registers.targetOrZero();
  }

  private static int compressedOr(Row row, int low, int any) {
    return InstructionLayout.of(row).contains("'") ? low : any;
  }

  private long offset(Row row) {
    if (row.compressed()) {
      return immediate(row);
    }
    long drawn = random.nextInt(3) == 0 ? random.nextInt(64) - 32 : random.nextInt(4096) - 2048;
    return random.nextInt(10) < 7 ? drawn & -sizeBytes(row) : drawn;
  }

  private static long sizeBytes(Row row) {
    return switch (row.base().replaceFirst("u$", "").charAt(row.base().startsWith("f") ? 2 : 1)) {
      case 'b' -> 1;
      case 'h' -> 2;
      case 'w' -> 4;
      default -> 8;
    };
  }
}
