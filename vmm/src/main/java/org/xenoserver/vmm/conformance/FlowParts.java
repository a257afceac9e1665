package org.xenoserver.vmm.conformance;

import java.util.SplittableRandom;
import org.xenoserver.vmm.assembler.InstructionLayout.Field;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;
import org.xenoserver.vmm.conformance.CodeBuffer.Label;

/** Jumps, branches, loops, and instructions that programs write themselves. */
final class FlowParts {
  private static final String[] BRANCHES = {"beq", "bne", "blt", "bge", "bltu", "bgeu"};
  private static final int MOST_ROUNDS_OUTSIDE = 60;
  private static final int MOST_ROUNDS_WITHIN = 10;
  private static final int MOST_DEPTH = 24;

  /** Address bits whose change leads nowhere, in any mode and address space. */
  private static final int[] WILD_BITS = {41, 50, 55, 62};

  private final SplittableRandom random;
  private final RegisterChoice registers;
  private final InstructionPool pool;

  FlowParts(SplittableRandom random, RegisterChoice registers, InstructionPool pool) {
    this.random = random;
    this.registers = registers;
    this.pool = pool;
  }

  private static Operands to(int rd) {
    return new Operands().with(Field.RD, rd);
  }

  private static Operands of(int rd, int rs1, long immediate) {
    return to(rd).with(Field.RS1, rs1).with(Field.IMM, immediate);
  }

  private static void add(CodeBuffer code, String name, Operands operands) {
    code.add(InstructionPool.row(name), operands);
  }

  void jump(CodeBuffer code, Label target) {
    code.add(InstructionPool.row("jal"), to(0), target);
  }

  /** A branch on whatever registers hold. */
  void branch(CodeBuffer code, Label target, boolean near) {
    if (near && random.nextInt(3) == 0) {
      String name = random.nextBoolean() ? "c.beqz" : "c.bnez";
      int register = registers.compressedTarget();
      code.add(InstructionPool.row(name), new Operands().with(Field.RS1, register), target);
      return;
    }
    code.add(
        InstructionPool.row(BRANCHES[random.nextInt(BRANCHES.length)]),
        new Operands().with(Field.RS1, registers.source()).with(Field.RS2, registers.source()),
        target);
  }

  /** A loop over a body. */
  void loop(CodeBuffer code, int counter, boolean outermost, Runnable body) {
    int rounds = 2 + random.nextInt(outermost ? MOST_ROUNDS_OUTSIDE : MOST_ROUNDS_WITHIN);
    add(code, "addi", of(counter, 0, rounds));
    Label top = new Label();
    code.place(top);
    boolean leftAtTop = random.nextInt(4) == 0;
    int form = random.nextInt(4);
    Label out = new Label();
    if (leftAtTop) {
      code.add(InstructionPool.row("bge"), new Operands().with(Field.RS2, counter), out);
      add(code, "c.addi", to(counter).with(Field.IMM, -1));
    }
    body.run();
    if (leftAtTop) {
      jumpBack(code, top);
      code.place(out);
      return;
    }
    add(code, random.nextBoolean() ? "addi" : "c.addi", of(counter, counter, -1));
    if (form == 0 && counter >= 8 && counter < 16 && reaches(code, "c.bnez", top)) {
      code.add(InstructionPool.row("c.bnez"), new Operands().with(Field.RS1, counter), top);
    } else if (form == 1 || !reaches(code, "blt", top)) {
      code.add(InstructionPool.row("bge"), new Operands().with(Field.RS2, counter), out);
      jumpBack(code, top);
      code.place(out);
    } else {
      code.add(InstructionPool.row("blt"), new Operands().with(Field.RS2, counter), top);
    }
  }

  private static boolean reaches(CodeBuffer code, String name, Label target) {
    return code.reaches(InstructionPool.row(name), target);
  }

  private void jumpBack(CodeBuffer code, Label top) {
    boolean near = reaches(code, "c.j", top) && random.nextBoolean();
    code.add(InstructionPool.row(near ? "c.j" : "jal"), to(0), top);
  }

  /** Calls a function. */
  void call(CodeBuffer code, int link, Label function) {
    if (random.nextInt(3) != 0) {
      code.add(InstructionPool.row("jal"), to(link), function);
      return;
    }
    int register = registers.target();
    code.address(register, function);
    if (link == RegisterChoice.LINK && random.nextBoolean()) {
      add(code, "c.jalr", new Operands().with(Field.RS1, register));
    } else {
      add(code, "jalr", of(link, register, 0));
    }
  }

  void giveBack(CodeBuffer code, int link) {
    if (random.nextBoolean()) {
      add(code, "c.jr", new Operands().with(Field.RS1, link));
    } else {
      add(code, "jalr", of(0, link, 0));
    }
  }

  /** Calls a function that calls itself; its link is known, so that no memory is needed for it. */
  void deepCall(CodeBuffer code, int counter, int savedLink, Runnable body) {
    int depth = 2 + random.nextInt(MOST_DEPTH);
    Label entry = new Label();
    Label function = new Label();
    Label after = new Label();
    Label unwinding = new Label();
    Label again = new Label();
    Label end = new Label();
    add(code, "addi", of(counter, 0, depth));
    code.add(InstructionPool.row("jal"), to(RegisterChoice.LINK), entry);
    jump(code, end);
    code.place(entry);
    add(code, "c.mv", to(savedLink).with(Field.RS2, RegisterChoice.LINK));
    code.place(function);
    body.run();
    add(code, "addi", of(counter, counter, -1));
    code.add(InstructionPool.row("bge"), new Operands().with(Field.RS2, counter), unwinding);
    code.add(InstructionPool.row("jal"), to(RegisterChoice.LINK), function);
    code.place(after);
    body.run();
    add(code, "addi", of(counter, counter, 1));
    int register = registers.target();
    add(code, "slti", of(register, counter, depth - 1));
    code.add(InstructionPool.row("bne"), new Operands().with(Field.RS1, register), again);
    add(code, "jalr", of(0, savedLink, 0));
    code.place(again);
    code.address(RegisterChoice.LINK, after);
    code.place(unwinding);
    giveBack(code, RegisterChoice.LINK);
    code.place(end);
  }

  /** A switch over four cases by a table of jumps, or by one of distances. */
  void jumpTable(CodeBuffer code, Runnable body) {
    int index = registers.target();
    int address = other(index);
    Label table = new Label();
    Label end = new Label();
    Label[] cases = {new Label(), new Label(), new Label(), new Label()};
    add(code, "andi", of(index, registers.source(), 3));
    code.address(address, table);
    boolean jumps = random.nextBoolean();
    add(code, "sh2add", to(index).with(Field.RS1, index).with(Field.RS2, address));
    if (jumps) {
      add(code, "jalr", of(0, index, 0));
    } else {
      // The default is there in case the table cannot be read.
      int distance = other(index);
      while (distance == address) {
        distance = other(index);
      }
      code.distance(distance, table, cases[0]);
      add(code, "lw", of(distance, index, 0));
      add(code, "add", to(address).with(Field.RS1, address).with(Field.RS2, distance));
      add(code, "c.jr", new Operands().with(Field.RS1, address));
    }
    code.place(table);
    for (Label target : cases) {
      if (jumps) {
        jump(code, target);
      } else {
        code.distance(table, target);
      }
    }
    for (Label target : cases) {
      code.place(target);
      body.run();
      jump(code, end);
    }
    code.place(end);
  }

  /** A jump to where there is nothing; the handler goes on behind it. */
  void wildJump(CodeBuffer code) {
    int register = registers.target();
    int bit = other(register);
    Label next = new Label();
    code.address(register, next);
    add(code, "bseti", of(bit, 0, WILD_BITS[random.nextInt(WILD_BITS.length)]));
    add(code, "xor", to(register).with(Field.RS1, register).with(Field.RS2, bit));
    add(code, "jalr", of(registers.targetOrZero(), register, 0));
    code.place(next);
  }

  /**
   * Writes one of two instructions to a place before or behind, by turns.
   *
   * @param toWritable from where the code runs to where it can be written
   */
  void patch(CodeBuffer code, int counter, long toWritable, Runnable body) {
    int before = pool.word();
    int first = random.nextBoolean() ? pool.word() : before;
    int second = pool.word();
    int address = registers.target();
    int value = other(address);
    Label place = new Label();
    boolean behind = random.nextBoolean();
    if (!behind) {
      code.place(place);
      code.raw(before, 4, "patched");
      body.run();
    }
    code.address(address, place);
    Situation.load(code, value, toWritable);
    add(code, "add", to(address).with(Field.RS1, address).with(Field.RS2, value));
    Label chosen = new Label();
    Situation.load(code, value, first);
    int parity = other(address);
    while (parity == value) {
      parity = other(address);
    }
    add(code, "andi", of(parity, counter, 1));
    code.add(InstructionPool.row("beq"), new Operands().with(Field.RS1, parity), chosen);
    Situation.load(code, value, second);
    code.place(chosen);
    add(code, "sw", new Operands().with(Field.RS1, address).with(Field.RS2, value));
    add(code, "fence.i", new Operands());
    if (behind) {
      body.run();
      code.place(place);
      code.raw(before, 4, "patched");
    }
  }

  private int other(int register) {
    int other = registers.target();
    while (other == register) {
      other = registers.target();
    }
    return other;
  }
}
