package org.xenoserver.vmm.riscv;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Guest programs of random instructions that always end: a loop around a body without others. */
final class RandomProgram {
  private static final String[] REGISTERS = {
    "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "t1", "t2", "t3", "t4"
  };
  private static final String[] OPERATIONS = {
    "add", "sub", "xor", "and", "or", "sltu", "sll", "srl", "sra", "addw", "mul", "mulhu", "div",
    "rem", "sh2add", "andn", "rol", "clmul", "min"
  };
  private static final String[] LOADS = {"lb", "lbu", "lh", "lhu", "lw", "lwu", "ld"};
  private static final String[] STORES = {"sb", "sh", "sw", "sd"};
  private static final String[] FLOATS = {"fadd.d", "fsub.d", "fmul.d", "fdiv.d", "fadd.s"};

  private final Random random;
  private final List<String> lines = new ArrayList<>();
  private int label;

  private RandomProgram(Random random) {
    this.random = random;
  }

  /** A program over 8 KiB of data at an address. */
  static String source(Random random, long data, int bodyInstructions, int rounds) {
    RandomProgram program = new RandomProgram(random);
    program.lines.add("li s0, 0x%x".formatted(data + 4096));
    program.lines.add("li s1, %d".formatted(rounds));
    program.lines.add("loop:");
    for (int i = 0; i < bodyInstructions; i++) {
      program.instruction();
    }
    program.lines.add("addi s1, s1, -1");
    program.lines.add("beqz s1, done");
    program.lines.add("j loop");
    program.lines.add("done: ebreak");
    return String.join("\n", program.lines);
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  private String register() {
    return pick(REGISTERS);
  }

  private void instruction() {
    int offset = random.nextInt(4096) - 2048;
    switch (random.nextInt(10)) {
      case 0, 1, 2 ->
          lines.add(
              "%s %s, %s, %s".formatted(pick(OPERATIONS), register(), register(), register()));
      case 3 -> lines.add("addi %s, %s, %d".formatted(register(), register(), offset / 2));
      case 4 -> lines.add("%s %s, %d(s0)".formatted(pick(LOADS), register(), offset));
      case 5 -> lines.add("%s %s, %d(s0)".formatted(pick(STORES), register(), offset));
      case 6 -> {
        String skip = "skip" + label++;
        lines.add("bltu %s, %s, %s".formatted(register(), register(), skip));
        lines.add("addi %1$s, %1$s, 1".formatted(register()));
        lines.add("c.addi a3, 1");
        lines.add(skip + ":");
      }
      case 7 -> lines.add("csrr %s, instret".formatted(register()));
      case 8 -> lines.add("amoadd.d %s, %s, (s0)".formatted(register(), register()));
      default -> {
        lines.add("fmv.d.x f%d, %s".formatted(random.nextInt(8), register()));
        lines.add(
            "%s f%d, f%d, f%d"
                .formatted(pick(FLOATS), random.nextInt(8), random.nextInt(8), random.nextInt(8)));
      }
    }
  }
}
