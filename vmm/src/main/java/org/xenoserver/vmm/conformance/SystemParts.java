package org.xenoserver.vmm.conformance;

import java.util.SplittableRandom;
import org.xenoserver.vmm.assembler.InstructionLayout.Field;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;
import org.xenoserver.vmm.assembler.InstructionTable;
import org.xenoserver.vmm.assembler.InstructionTable.Row;
import org.xenoserver.vmm.conformance.CodeBuffer.Label;

/**
 * The parts of programs that touch control and status registers, raise exceptions, change the mode
 * or the page tables.
 */
final class SystemParts {
  private static final int FFLAGS = 0x001;
  private static final int FRM = 0x002;
  private static final int FCSR = 0x003;
  private static final int SSTATUS = 0x100;
  private static final int SIE = 0x104;
  private static final int SCOUNTEREN = 0x106;
  private static final int SSCRATCH = 0x140;
  private static final int SEPC = 0x141;
  private static final int SCAUSE = 0x142;
  private static final int STVAL = 0x143;
  private static final int SIP = 0x144;
  private static final int SATP = 0x180;
  private static final int MSTATUS = 0x300;
  private static final int MEDELEG = 0x302;
  private static final int MIE = 0x304;
  private static final int MCOUNTEREN = 0x306;
  private static final int MSCRATCH = 0x340;
  private static final int MEPC = 0x341;
  private static final int MCAUSE = 0x342;
  private static final int MTVAL = 0x343;
  private static final int MIP = 0x344;
  private static final int PMPADDR0 = 0x3b0;
  private static final int CYCLE = 0xc00;

  private static final int SUM = 1 << 18;
  private static final int MXR = 1 << 19;
  private static final int MPRV = 1 << 17;
  private static final int MPP_SHIFT = 11;
  private static final int MPP = 3 << MPP_SHIFT;
  private static final int SSIP = 2;

  /** Registers that are not there, or not to be written. */
  private static final int[] REFUSED = {
    0x004, 0x009, 0x015, 0x200, 0x5c0, 0x600, 0x680, 0x800, 0x9c0, 0xc00, 0xc02, 0xcc0, 0xf14, 0xf11
  };

  /** Registers that lower modes must not read. */
  private static final int[] PRIVILEGED = {SSTATUS, SATP, SSCRATCH, MSCRATCH, MEDELEG};

  private static final int[] NO_COMPRESSED_INSTRUCTIONS = {
    0x0000, 0x4002, 0x6002, 0x6081, 0x8002, 0x2001, 0x8000, 0x9c41, 0x9c61, 0x6101, 0x0004
  };

  private static final Row[] OF_FOUR_BYTES =
      new InstructionTable().rows().stream().filter(row -> !row.compressed()).toArray(Row[]::new);

  private final SplittableRandom random;
  private final RegisterChoice registers;
  private final InstructionPool pool;
  private final Situation situation;
  private final boolean portable;

  SystemParts(
      SplittableRandom random,
      RegisterChoice registers,
      InstructionPool pool,
      Situation situation,
      boolean portable) {
    this.random = random;
    this.registers = registers;
    this.pool = pool;
    this.situation = situation;
    this.portable = portable;
  }

  // ---- control and status registers

  private void csr(CodeBuffer code, String name, int rd, int csr, int rs1) {
    code.add(
        InstructionPool.row(name),
        new Operands().with(Field.RD, rd).with(Field.CSR, csr).with(Field.RS1, rs1));
  }

  /** Any of the three operations with a register. */
  private void access(CodeBuffer code, int csr, int rs1) {
    String[] names = {"csrrw", "csrrs", "csrrc"};
    csr(code, names[random.nextInt(3)], registers.targetOrZero(), csr, rs1);
  }

  /** Sets or clears bits. */
  private void change(CodeBuffer code, int csr, long bits) {
    String set = random.nextBoolean() ? "csrrs" : "csrrc";
    if (bits < 32) {
      csr(code, set + "i", registers.targetOrZero(), csr, (int) bits);
      return;
    }
    int register = registers.target();
    Situation.load(code, register, bits);
    csr(code, set, registers.targetOrZero(), csr, register);
  }

  /** An access that fits the mode. */
  void controlRegister(CodeBuffer code) {
    int kinds = situation.mode() == Traits.MACHINE ? 5 : situation.mode() + 2;
    switch (random.nextInt(kinds)) {
      case 0 -> floatingPoint(code);
      case 1 -> {
        if (random.nextInt(3) == 0) {
          int index = random.nextInt(REFUSED.length);
          csr(code, "csrrw", registers.targetOrZero(), REFUSED[index], registers.source());
        } else if (random.nextBoolean()) {
          int index = random.nextInt(PRIVILEGED.length);
          csr(code, "csrrs", registers.targetOrZero(), PRIVILEGED[index], 0);
        } else {
          counter(code);
        }
      }
      case 2 -> supervisor(code);
      default -> machine(code);
    }
  }

  private void floatingPoint(CodeBuffer code) {
    switch (random.nextInt(5)) {
      case 0 -> access(code, FFLAGS, registers.source());
      case 1 -> csr(code, "csrrwi", registers.targetOrZero(), FRM, random.nextInt(16) % 9 % 5);
      case 2 -> csr(code, "csrrsi", registers.targetOrZero(), FFLAGS, random.nextInt(32));
      case 3 -> csr(code, "csrrs", registers.targetOrZero(), FCSR, 0);
      default -> {
        if (random.nextInt(6) == 0) {
          access(code, FCSR, registers.source());
        } else {
          csr(code, "csrrwi", registers.targetOrZero(), FCSR, random.nextInt(32));
        }
      }
    }
  }

  /** Reads a counter; its value is kept only where all who run the program count alike. */
  private void counter(CodeBuffer code) {
    int counter = random.nextInt(3);
    int register = registers.target();
    csr(code, "csrrs", register, CYCLE + counter, 0);
    if (portable || counter == 0) {
      Situation.load(code, register, counter);
    }
  }

  private void supervisor(CodeBuffer code) {
    switch (random.nextInt(9)) {
      case 0 -> access(code, SSCRATCH, registers.source());
      case 1 -> access(code, SCAUSE, registers.source());
      case 2 -> access(code, STVAL, registers.source());
      case 3 -> even(code, SEPC);
      case 4 -> {
        change(code, SSTATUS, random.nextBoolean() ? SUM : MXR);
      }
      case 5 -> change(code, SIE, SSIP);
      case 6 -> csr(code, "csrrsi", registers.targetOrZero(), SIP, SSIP);
      case 7 -> csr(code, "csrrwi", registers.targetOrZero(), SCOUNTEREN, random.nextInt(8));
      default -> {
        int register = registers.target();
        csr(code, "csrrs", register, SATP, 0);
        csr(code, "csrrw", 0, SATP, register);
      }
    }
  }

  private void even(CodeBuffer code, int csr) {
    int register = registers.target();
    code.add(
        InstructionPool.row("andi"),
        new Operands()
            .with(Field.RD, register)
            .with(Field.RS1, registers.source())
            .with(Field.IMM, -2));
    csr(code, "csrrw", registers.targetOrZero(), csr, register);
  }

  private void machine(CodeBuffer code) {
    boolean timed = situation.traits().timed();
    switch (random.nextInt(timed ? 6 : 9)) {
      case 0 -> access(code, MSCRATCH, registers.source());
      case 1 -> {
        if (!timed) {
          switch (random.nextInt(3)) {
            case 0 -> change(code, MSTATUS, SUM);
            case 1 -> change(code, MSTATUS, MXR);
            default -> accessAsAnother(code);
          }
        }
      }
      case 2 -> {
        if (situation.traits().delegated() != 0) {
          change(code, MEDELEG, 1 << random.nextInt(10) & 0x1ff | 4);
        }
      }
      case 3 -> {
        if (!timed) {
          change(code, MIE, SSIP);
          csr(code, "csrrsi", registers.targetOrZero(), MIP, SSIP);
        }
      }
      case 4 -> csr(code, "csrrwi", registers.targetOrZero(), MCOUNTEREN, random.nextInt(8));
      case 5 -> {
        int register = registers.target();
        csr(code, "csrrs", register, PMPADDR0, 0);
        csr(code, "csrrw", registers.targetOrZero(), PMPADDR0, register);
      }
      case 6 -> access(code, MCAUSE, registers.source());
      case 7 -> access(code, MTVAL, registers.source());
      default -> even(code, MEPC);
    }
  }

  /** Some accesses with the privilege of another mode (MPRV), which ends before the mode does. */
  private void accessAsAnother(CodeBuffer code) {
    int register = registers.target();
    Situation.load(code, register, MPP);
    csr(code, "csrrc", 0, MSTATUS, register);
    // QEMU 7.2 keeps translations over the MRET from a trap, which changes MPP to U-mode.
    int mode = portable ? Traits.USER : random.nextInt(2);
    Situation.load(code, register, MPRV | mode << MPP_SHIFT);
    csr(code, "csrrs", 0, MSTATUS, register);
    for (int i = random.nextInt(4); i >= 0; i--) {
      switch (random.nextInt(3)) {
        case 0 -> pool.load(code);
        case 1 -> pool.store(code);
        default -> pool.floatMemory(code);
      }
    }
    Situation.load(code, register, MPRV);
    csr(code, "csrrc", 0, MSTATUS, register);
  }

  // ---- exceptions

  /** An instruction that is none, or none in this mode. */
  void illegal(CodeBuffer code) {
    switch (random.nextInt(5)) {
      case 0 -> {
        int index = random.nextInt(NO_COMPRESSED_INSTRUCTIONS.length);
        code.raw(NO_COMPRESSED_INSTRUCTIONS[index], 2, "illegal");
      }
      case 1 -> {
        boolean staysInUserMode =
            situation.traits().mode() == Traits.USER && !situation.traits().changesMode();
        String name =
            situation.mode() == Traits.USER
                ? staysInUserMode && random.nextBoolean() ? "wfi" : "sret"
                : "ebreak";
        code.add(InstructionPool.row(name), new Operands());
      }
      default -> code.raw(noInstruction(), 4, "illegal");
    }
  }

  private int noInstruction() {
    while (true) {
      int bits = random.nextInt();
      if (random.nextInt(3) != 0) {
        // Close to an instruction: one bit of what makes it what it is.
        Row row = OF_FOUR_BYTES[random.nextInt(OF_FOUR_BYTES.length)];
        bits = bits & ~row.mask() | row.match();
        bits ^= row.mask() & 1 << 2 + random.nextInt(30);
      }
      bits |= 3;
      if (isNone(bits)) {
        return bits;
      }
    }
  }

  private static boolean isNone(int bits) {
    for (Row row : OF_FOUR_BYTES) {
      if ((bits & row.mask()) == row.match()) {
        return false;
      }
    }
    return true;
  }

  /** FENCE with any operands, FENCE.I, PAUSE, or SFENCE.VMA. */
  void fence(CodeBuffer code) {
    switch (random.nextInt(4)) {
      case 0 -> code.raw(random.nextInt() & 0x0fff_8f80 | 0x0f, 4, "fence");
      case 1 -> code.add(InstructionPool.row("fence.i"), new Operands());
      case 2 -> code.add(InstructionPool.row("pause"), new Operands());
      default ->
          code.add(
              InstructionPool.row("sfence.vma"),
              new Operands()
                  .with(Field.RS1, random.nextBoolean() ? 0 : registers.source())
                  .with(Field.RS2, random.nextBoolean() ? 0 : registers.source()));
    }
  }

  /** ECALL that asks the handler for something. */
  void service(CodeBuffer code, int service) {
    Situation.load(code, RegisterChoice.SERVICE, service);
    code.add(InstructionPool.row("ecall"), new Operands());
  }

  // ---- translation and mode

  /** Changes the entry of the special page and says so. */
  void pageTable(CodeBuffer code, int mask) {
    AddressSpace space = situation.space();
    if (space == null || situation.mode() == Traits.USER || random.nextInt(3) == 0) {
      service(code, TrapHandlers.SERVICE_PAGE_TABLE);
      return;
    }
    long window = situation.traits().mode() == Traits.USER ? space.user : space.supervisor;
    int address = registers.target();
    int value = other(address);
    Situation.load(code, value, mask);
    Situation.load(code, address, space.specialEntry(window));
    code.add(
        InstructionPool.row("amoxor.d"),
        new Operands().with(Field.RS1, address).with(Field.RS2, value));
    int page = registers.target();
    Situation.load(
        code,
        page,
        window + AddressSpace.DATA_IN_WINDOW + ((long) AddressSpace.SPECIAL_PAGE << 12));
    code.add(
        InstructionPool.row("sfence.vma"),
        new Operands().with(Field.RS1, random.nextBoolean() ? 0 : page));
  }

  /** Goes on in another mode, by a return from a trap or by asking the handler. */
  void enter(CodeBuffer code, int mode) {
    boolean machine = situation.mode() == Traits.MACHINE;
    boolean supervisor = situation.mode() == Traits.SUPERVISOR && mode != Traits.MACHINE;
    if (!machine && !supervisor || random.nextBoolean()) {
      service(code, TrapHandlers.SERVICE + mode);
      return;
    }
    String[] names = machine ? new String[] {"mret"} : new String[] {"sret"};
    int status = machine ? MSTATUS : SSTATUS;
    int shift = machine ? 11 : 8;
    int register = registers.target();
    int other = other(register);
    csr(code, "csrrci", 0, status, machine ? 8 : 2);
    Situation.load(code, register, machine ? 0x1800 : 0x100);
    csr(code, "csrrc", 0, status, register);
    Situation.load(code, register, (long) mode << shift | (machine ? 0x80 : 0x20));
    csr(code, "csrrs", 0, status, register);
    Label next = new Label();
    code.address(register, next);
    Situation.load(code, other, situation.window(mode) - situation.window(situation.mode()));
    code.add(
        InstructionPool.row("add"),
        new Operands().with(Field.RD, register).with(Field.RS1, register).with(Field.RS2, other));
    csr(code, "csrrw", 0, machine ? MEPC : SEPC, register);
    code.add(InstructionPool.row(names[0]), new Operands());
    code.place(next);
  }

  private int other(int register) {
    int other = registers.target();
    while (other == register) {
      other = registers.target();
    }
    return other;
  }
}
