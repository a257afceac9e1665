package org.xenoserver.vmm.conformance;

import java.util.SplittableRandom;

/**
 * What kind of program it is to be.
 *
 * @param mode the privilege it begins with
 * @param levels of the page tables; 0 for none
 * @param delegated exceptions that S-mode takes
 * @param timed whether a timer interrupts it
 * @param theme what it does most
 */
record Traits(int mode, int levels, int delegated, boolean timed, Theme theme) {
  static final int USER = 0;
  static final int SUPERVISOR = 1;
  static final int MACHINE = 3;

  /** Exceptions that may be delegated: all but ECALL from S and M. */
  private static final int DELEGABLE = 0xb1ff;

  /** How often which kind of part comes, by {@link Kind}. */
  enum Theme {
    MIXED(30, 12, 10, 4, 8, 4, 8, 4, 3, 2, 1, 4, 3, 1, 1, 1, 2, 2, 2, 1, 2, 3),
    INTEGER(60, 5, 4, 1, 0, 0, 10, 4, 3, 2, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 4),
    MEMORY(10, 30, 25, 10, 0, 6, 5, 4, 2, 1, 0, 1, 1, 0, 1, 1, 0, 0, 2, 0, 1, 2),
    FLOAT(8, 4, 3, 0, 50, 8, 5, 3, 2, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3),
    CONTROL(20, 4, 3, 1, 2, 1, 25, 8, 12, 8, 4, 1, 1, 0, 0, 0, 1, 1, 0, 3, 0, 3),
    SYSTEM(12, 6, 5, 2, 3, 2, 4, 3, 2, 1, 1, 25, 8, 4, 5, 3, 2, 8, 8, 2, 4, 2),
    SELF_MODIFYING(15, 4, 4, 1, 3, 1, 6, 5, 3, 2, 1, 1, 1, 0, 0, 2, 20, 2, 1, 1, 0, 2);

    private final int[] weights;
    private final int sum;

    Theme(int... weights) {
      this.weights = weights;
      int total = 0;
      for (int weight : weights) {
        total += weight;
      }
      sum = total;
    }

    Kind kind(SplittableRandom random) {
      int drawn = random.nextInt(sum);
      int index = 0;
      while (drawn >= weights[index]) {
        drawn -= weights[index++];
      }
      return Kind.values()[index];
    }
  }

  /** Parts of programs. */
  enum Kind {
    COMPUTE,
    LOAD,
    STORE,
    ATOMIC,
    FLOAT,
    FLOAT_MEMORY,
    SKIP,
    LOOP,
    CALL,
    JUMP_TABLE,
    DEEP_CALL,
    CONTROL_REGISTER,
    ECALL,
    EBREAK,
    ILLEGAL,
    FENCE,
    PATCH,
    OTHER_MODE,
    PAGE_TABLE,
    WILD_JUMP,
    FLOAT_SWITCH,
    CONSTANT
  }

  static Traits draw(SplittableRandom random) {
    int mode = new int[] {USER, USER, SUPERVISOR, SUPERVISOR, MACHINE}[random.nextInt(5)];
    int levels = new int[] {0, 3, 3, 3, 4, 5}[random.nextInt(6)];
    int delegated = random.nextInt(3) == 0 ? 0 : random.nextInt() & DELEGABLE;
    boolean timed = random.nextInt(5) == 0;
    Theme theme = Theme.values()[random.nextInt(Theme.values().length)];
    return new Traits(mode, levels, delegated, timed, theme);
  }

  /** Whether some part of it goes to another mode. */
  boolean changesMode() {
    return theme.weights[Kind.OTHER_MODE.ordinal()] != 0;
  }

  boolean paged() {
    return levels != 0;
  }
}
