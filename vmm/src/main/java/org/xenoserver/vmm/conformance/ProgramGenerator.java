package org.xenoserver.vmm.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.assembler.InstructionLayout.Field;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;
import org.xenoserver.vmm.conformance.CodeBuffer.Label;
import org.xenoserver.vmm.conformance.Traits.Kind;

/**
 * Makes guest programs from seeds: the same program from the same seed.
 *
 * <p>A program is a few loops one after the other and a few functions, of parts drawn by weight. It
 * always ends: loops count down in registers that nothing else writes, and traps are bounded.
 */
final class ProgramGenerator {
  private static final int MOST_LOOPS = 4;
  private static final int MOST_PARTS = 22;
  private static final int FUNCTIONS = 2;

  /** mstatus with both widths 64 bits. */
  private static final long STATUS_WIDTHS = 2L << 32 | 2L << 34;

  private final long seed;
  private final SplittableRandom random;
  private final byte[] arena = new byte[Arena.SIZE_BYTES];
  private final ByteBuffer bytes = ByteBuffer.wrap(arena).order(ByteOrder.LITTLE_ENDIAN);
  private final boolean portable;
  private final BitSet omitted;
  private final CodeBuffer code;
  private final Traits traits;
  private final @Nullable AddressSpace space;
  private final RegisterChoice registers;
  private final InstructionPool pool;
  private final Situation situation;
  private final SystemParts system;
  private final FlowParts flow;
  private final Label[] functions = {new Label(), new Label()};
  private final Label[] leaves = {new Label(), new Label()};
  private int items;

  private ProgramGenerator(long seed, boolean portable, BitSet omitted, boolean listing) {
    this.seed = seed;
    this.portable = portable;
    this.omitted = omitted;
    this.random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L);
    this.code = new CodeBuffer(bytes, listing);
    this.traits = Traits.draw(random);
    this.space = traits.paged() ? AddressSpace.write(bytes, random, traits.levels()) : null;
    this.registers = new RegisterChoice(random);
    this.pool = new InstructionPool(random, registers, portable);
    this.situation = new Situation(random, traits, space);
    this.system = new SystemParts(random, registers, pool, situation, portable);
    this.flow = new FlowParts(random, registers, pool);
  }

  /**
   * Makes a program.
   *
   * @param portable whether it keeps to what every processor does alike
   */
  static GuestProgram generate(long seed, boolean portable) {
    return generate(seed, portable, new BitSet(), false);
  }

  /**
   * Makes a program without some of its parts.
   *
   * @param omitted numbers of parts, below {@link GuestProgram#items}
   * @param listing whether to note the instructions in words
   */
  static GuestProgram generate(long seed, boolean portable, BitSet omitted, boolean listing) {
    return new ProgramGenerator(seed, portable, omitted, listing).make();
  }

  private GuestProgram make() {
    byte[] handlers = TrapHandlers.program().bytes();
    bytes.put(Arena.HANDLERS, handlers);
    fillData();
    int start = random.nextBoolean() ? 4 : 4 + 2 * random.nextInt(0x7fc);
    code.add(InstructionPool.row("ecall"), new Operands());
    code.skipTo(start);
    writeParameters(start);
    rebase();
    int loops = 1 + random.nextInt(MOST_LOOPS);
    for (int i = 0; i < loops; i++) {
      item(() -> flow.loop(code, registers.counters[0], true, () -> parts(0, MOST_PARTS)));
    }
    code.last(InstructionPool.row("jal"), new Operands().with(Field.IMM, -code.here()));
    for (Label function : functions) {
      code.place(function);
      parts(2, 6);
      flow.giveBack(code, RegisterChoice.LINK);
    }
    for (Label leaf : leaves) {
      code.place(leaf);
      parts(3, 5);
      flow.giveBack(code, RegisterChoice.OTHER_LINK);
    }
    code.resolve();
    List<String> listing = new ArrayList<>();
    listing.add(traits.toString());
    if (space != null) {
      listing.add(space.toString());
    }
    for (Arena.Control control : Arena.Control.values()) {
      long value = bytes.getLong(Arena.TRAP + control.offset());
      listing.add("%s=0x%x".formatted(control, value));
    }
    listing.addAll(code.listing());
    return new GuestProgram(seed, arena, items, traits.timed(), List.copyOf(listing));
  }

  private void fillData() {
    for (int offset = 0; offset < Arena.DATA_BYTES; offset += 8) {
      bytes.putLong(Arena.DATA + offset, situation.number());
    }
  }

  // ---- how it begins

  private void parameter(int offset, long value) {
    bytes.putLong(Arena.TRAP + offset, value);
  }

  private void writeParameters(int start) {
    for (int mode : new int[] {Traits.USER, Traits.SUPERVISOR, Traits.MACHINE}) {
      parameter(Arena.WINDOWS + 8 * mode, situation.window(mode));
    }
    parameter(Arena.WINDOWS + 16, situation.window(Traits.SUPERVISOR));
    parameter(Arena.LIMIT, 30 + random.nextInt(200));
    // QEMU tells which aligned part of a misaligned access failed.
    parameter(Arena.ACCESS_FAULT_VALUE_MASK, portable ? -8 : -1);
    if (space != null) {
      long window = traits.mode() == Traits.USER ? space.user : space.supervisor;
      parameter(Arena.ENTRY_ADDRESS, space.specialEntry(window));
      parameter(Arena.ENTRY_MASK, entryMask());
    }
    for (int i = 1; i < 32; i++) {
      parameter(Arena.INTEGERS + 8 * i, registers.isFree(i) ? situation.number() : 0);
      parameter(Arena.FLOATS + 8 * i, situation.number());
    }
    if (traits.timed()) {
      parameter(Arena.TIMER_INTERVAL, 1 + random.nextInt(200));
      parameter(Arena.TIMER_LEFT, random.nextInt(8));
    }
    control(Arena.Control.MSTATUS, status());
    control(Arena.Control.MEDELEG, traits.delegated());
    boolean softwareDelegated = random.nextBoolean();
    control(Arena.Control.MIDELEG, softwareDelegated ? 2 : 0);
    control(Arena.Control.MIE, random.nextInt(2) * 2 | (traits.timed() ? 0x80 : 0));
    control(Arena.Control.SATP, space == null ? 0 : space.satp);
    control(Arena.Control.SCOUNTEREN, random.nextInt(8));
    control(Arena.Control.MCOUNTEREN, random.nextInt(8));
    control(Arena.Control.FCSR, random.nextInt(5) << 5 | random.nextInt(4) * 5);
    protect();
    control(Arena.Control.MEPC, situation.window(traits.mode()) + start);
    control(Arena.Control.MSCRATCH, random.nextLong());
    control(Arena.Control.SSCRATCH, random.nextLong());
  }

  /**
   * All memory is open, but for S- and U-mode perhaps not all of the data. How an access that is
   * only partly within a protected range fails is the processor's choice (section 3.7.1).
   */
  private void protect() {
    boolean hole = random.nextInt(5) == 0;
    int log = portable ? 14 : 3 + random.nextInt(10);
    long base = Arena.BASE + Arena.DATA + random.nextInt(Arena.DATA_BYTES) & -(1L << log);
    control(Arena.Control.PMPADDR0, base >>> 2 | (1L << log - 3) - 1);
    control(Arena.Control.PMPADDR1, (1L << 54) - 1);
    control(Arena.Control.PMPCFG0, 0x1f00 | (hole ? 0x18 | (random.nextInt(4) + 2) / 3 : 0));
  }

  private void control(Arena.Control control, long value) {
    parameter(control.offset(), value);
  }

  private long status() {
    long status = STATUS_WIDTHS | (long) traits.mode() << 11;
    status |= random.nextInt(10) == 0 ? 0 : 3 << 13;
    status |= random.nextInt(2) * (1 << 18) | random.nextInt(4) / 3 * (1 << 19);
    status |= traits.timed() ? 0x80 : random.nextInt(2) * 0x80;
    return status | random.nextInt(2) * 2;
  }

  private int entryMask() {
    int[] masks = {
      AddressSpace.V,
      AddressSpace.W,
      AddressSpace.U,
      AddressSpace.R | AddressSpace.W,
      AddressSpace.D,
      1 << 10,
      1 << 10 | AddressSpace.A
    };
    return masks[random.nextInt(masks.length)];
  }

  // ---- parts

  private void item(Runnable part) {
    boolean muted = omitted.get(items++);
    if (muted) {
      code.mute();
    }
    part.run();
    if (muted) {
      code.unmute();
    }
  }

  /** Some parts in a row; level 0 is a main loop, 1 a loop in it, 2 a function, 3 the innermost. */
  private void parts(int level, int most) {
    int count = 1 + random.nextInt(most);
    for (int i = 0; i < count; i++) {
      item(() -> part(level));
    }
  }

  private void part(int level) {
    Kind kind = traits.theme().kind(random);
    boolean innermost = level == 3;
    switch (kind) {
      case COMPUTE -> pool.compute(code);
      case LOAD -> pool.load(code);
      case STORE -> pool.store(code);
      case ATOMIC -> atomic();
      case FLOAT -> pool.floating(code);
      case FLOAT_MEMORY -> pool.floatMemory(code);
      case SKIP -> skip(level);
      case LOOP -> {
        if (level == 0) {
          flow.loop(code, registers.counters[1], false, () -> parts(1, 8));
        } else if (level == 2) {
          flow.loop(code, registers.counters[2], false, () -> parts(3, 5));
        }
      }
      case CALL -> {
        if (level < 2) {
          flow.call(code, RegisterChoice.LINK, functions[random.nextInt(FUNCTIONS)]);
        } else if (level == 2) {
          flow.call(code, RegisterChoice.OTHER_LINK, leaves[random.nextInt(FUNCTIONS)]);
        }
      }
      case JUMP_TABLE -> flow.jumpTable(code, () -> straight(2));
      case DEEP_CALL -> {
        if (level < 2) {
          flow.deepCall(code, registers.counters[2], registers.savedLink, () -> straight(2));
        }
      }
      case CONTROL_REGISTER -> system.controlRegister(code);
      case ECALL -> code.add(InstructionPool.row("ecall"), new Operands());
      case EBREAK ->
          code.add(
              InstructionPool.row(random.nextBoolean() ? "ebreak" : "c.ebreak"), new Operands());
      case ILLEGAL -> system.illegal(code);
      case FENCE -> system.fence(code);
      case PATCH ->
          flow.patch(
              code,
              registers.counters[0],
              situation.writableCode() - situation.window(situation.mode()),
              () -> straight(4));
      case OTHER_MODE -> {
        if (!innermost) {
          otherMode(level);
        }
      }
      case PAGE_TABLE -> system.pageTable(code, entryMask());
      case WILD_JUMP -> flow.wildJump(code);
      case FLOAT_SWITCH -> system.service(code, TrapHandlers.SERVICE_FLOATING_POINT);
      case CONSTANT -> Situation.load(code, registers.target(), situation.number());
    }
    if (random.nextInt(16) == 0) {
      rebase();
    }
  }

  private void straight(int most) {
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      item(() -> {
        switch (random.nextInt(6)) {
          case 0 -> pool.load(code);
          case 1 -> pool.store(code);
          case 2 -> pool.floating(code);
          default -> pool.compute(code);
        }
      });
    }
  }

  private void skip(int level) {
    Label end = new Label();
    boolean near = random.nextBoolean();
    if (near) {
      flow.branch(code, end, true);
      straight(5);
    } else {
      flow.branch(code, end, false);
      parts(Math.max(level, 3), 4);
      if (random.nextBoolean()) {
        Label other = end;
        end = new Label();
        flow.jump(code, end);
        code.place(other);
        straight(3);
      }
    }
    code.place(end);
  }

  private void atomic() {
    int base = random.nextBoolean() ? registers.compressedBase : registers.otherBase;
    int address = registers.target();
    Operands operands = new Operands().with(Field.RD, address);
    code.add(
        InstructionPool.row("addi"),
        operands.with(Field.RS1, base).with(Field.IMM, random.nextInt(4096)));
    code.add(
        InstructionPool.row("andi"),
        new Operands().with(Field.RD, address).with(Field.RS1, address).with(Field.IMM, -8));
    Label unreachable = new Label();
    if (portable) {
      pool.guard(code, address, unreachable);
    }
    if (random.nextInt(3) == 0 && !traits.timed()) {
      pool.reserved(code, address);
    } else {
      pool.atomic(code, address);
    }
    code.place(unreachable);
  }

  private void otherMode(int level) {
    int before = situation.mode();
    int[] modes = {Traits.USER, Traits.SUPERVISOR, Traits.MACHINE};
    int mode = modes[random.nextInt(modes.length)];
    system.enter(code, mode);
    situation.enter(mode);
    rebase();
    parts(Math.max(level, 2), 5);
    system.enter(code, before);
    situation.enter(before);
    rebase();
  }

  /** Gives the registers that hold addresses new ones. */
  private void rebase() {
    Situation.load(code, registers.compressedBase, situation.dataAddress());
    Situation.load(code, registers.otherBase, situation.dataAddress());
    if (random.nextBoolean()) {
      Situation.load(code, RegisterChoice.STACK, situation.dataAddress() & -16);
    }
  }
}
