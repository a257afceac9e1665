package org.xenoserver.vmm.conformance;

import java.util.List;
import java.util.Map;

/**
 * A small program of several harts and what memory ordering forbids it (unprivileged manual,
 * chapter "RVWMO Memory Consistency Model").
 *
 * <p>In the code, x is at (s0) and y at (s1), both zero at first; what a hart saw it leaves in a0
 * and a1. t0 holds 1. %R_W is a FENCE of earlier loads before later stores, and so on.
 *
 * @param name in the usual notation
 * @param harts the code of each
 * @param forbidden whether an outcome may not be
 */
record LitmusTest(String name, List<String> harts, Forbidden forbidden) {
  /** Judges an outcome. */
  @FunctionalInterface
  interface Forbidden {
    /** Whether this may not be, from a0 and a1 of each hart in turn, then x and y in the end. */
    boolean test(long[] outcome);
  }

  /** FENCE by what it orders before and after itself. */
  private static final Map<String, String> FENCES =
      Map.of(
          "%RW_RW", ".word 0x0330000f",
          "%R_R", ".word 0x0220000f",
          "%W_W", ".word 0x0110000f",
          "%R_W", ".word 0x0210000f");

  private static final String WRITER = "sd t0, 0(s0)\n%W_W\nsd t0, 0(s1)";

  private static final Forbidden OLD_AFTER_NEW = o -> o[2] == 1 && o[3] == 0;
  private static final Forbidden BOTH_OLD = o -> o[0] == 0 && o[2] == 0;
  private static final Forbidden FROM_NOWHERE = LitmusTest::fromNowhere;

  private static boolean fromNowhere(long[] outcome) {
    for (long value : outcome) {
      if (value != 0 && value != 1) {
        return true;
      }
    }
    return false;
  }

  static final List<LitmusTest> ALL =
      List.of(
          two("MP+fences", WRITER, "ld a0, 0(s1)\n%R_R\nld a1, 0(s0)", OLD_AFTER_NEW),
          two(
              "MP+fence+addr",
              WRITER,
              "ld a0, 0(s1)\nxor t1, a0, a0\nadd t1, t1, s0\nld a1, 0(t1)",
              OLD_AFTER_NEW),
          two(
              "MP+amo.rl+amo.aq",
              "sd t0, 0(s0)\namoswap.d.rl x0, t0, (s1)",
              "amoor.d.aq a0, x0, (s1)\nld a1, 0(s0)",
              OLD_AFTER_NEW),
          two(
              "MP+sc.rl+lr.aq",
              "sd t0, 0(s0)\nretry: lr.d t1, (s1)\nsc.d.rl t1, t0, (s1)\nbnez t1, retry",
              "lr.d.aq a0, (s1)\nld a1, 0(s0)",
              OLD_AFTER_NEW),
          two("MP", "sd t0, 0(s0)\nsd t0, 0(s1)", "ld a0, 0(s1)\nld a1, 0(s0)", FROM_NOWHERE),
          two(
              "SB+fences",
              "sd t0, 0(s0)\n%RW_RW\nld a0, 0(s1)",
              "sd t0, 0(s1)\n%RW_RW\nld a0, 0(s0)",
              BOTH_OLD),
          two(
              "SB+amo.aqrl",
              "amoswap.d.aqrl x0, t0, (s0)\namoor.d.aqrl a0, x0, (s1)",
              "amoswap.d.aqrl x0, t0, (s1)\namoor.d.aqrl a0, x0, (s0)",
              BOTH_OLD),
          two("SB", "sd t0, 0(s0)\nld a0, 0(s1)", "sd t0, 0(s1)\nld a0, 0(s0)", FROM_NOWHERE),
          two(
              "SB+forward+fences",
              "sd t0, 0(s0)\nld a1, 0(s0)\n%RW_RW\nld a0, 0(s1)",
              "sd t0, 0(s1)\nld a1, 0(s1)\n%RW_RW\nld a0, 0(s0)",
              o -> o[1] != 1 || o[3] != 1 || BOTH_OLD.test(o)),
          // A load may be served by its hart's store before others see that, so both may be old
          // (unprivileged manual, appendix "RVWMO Explanatory Material", load value axiom).
          two(
              "SB+forward+fence.r",
              "sd t0, 0(s0)\nld a1, 0(s0)\n%R_R\nld a0, 0(s1)",
              "sd t0, 0(s1)\nld a1, 0(s1)\n%R_R\nld a0, 0(s0)",
              o -> o[1] != 1 || o[3] != 1 || fromNowhere(o)),
          two(
              "SB+forward",
              "sd t0, 0(s0)\nld a1, 0(s0)\nld a0, 0(s1)",
              "sd t0, 0(s1)\nld a1, 0(s1)\nld a0, 0(s0)",
              o -> o[1] != 1 || o[3] != 1 || fromNowhere(o)),
          two(
              "LB+fences",
              "ld a0, 0(s0)\n%R_W\nsd t0, 0(s1)",
              "ld a0, 0(s1)\n%R_W\nsd t0, 0(s0)",
              o -> o[0] == 1 && o[2] == 1),
          two(
              "LB+datas",
              "ld a0, 0(s0)\nsd a0, 0(s1)",
              "ld a0, 0(s1)\nsd a0, 0(s0)",
              o -> o[0] != 0 || o[2] != 0),
          two("LB", "ld a0, 0(s0)\nsd t0, 0(s1)", "ld a0, 0(s1)\nsd t0, 0(s0)", FROM_NOWHERE),
          two(
              "2+2W+fences",
              "addi t1, x0, 2\nsd t0, 0(s0)\n%W_W\nsd t1, 0(s1)",
              "addi t1, x0, 2\nsd t0, 0(s1)\n%W_W\nsd t1, 0(s0)",
              o -> o[4] == 1 && o[5] == 1),
          new LitmusTest(
              "WRC+fences",
              List.of(
                  "sd t0, 0(s0)",
                  "ld a0, 0(s0)\n%R_W\nsd t0, 0(s1)",
                  "ld a0, 0(s1)\n%R_R\nld a1, 0(s0)"),
              o -> o[2] == 1 && o[4] == 1 && o[5] == 0),
          new LitmusTest(
              "CoRR",
              List.of(
                  "addi t1, x0, 2\nsd t0, 0(s0)\nsd t1, 0(s0)",
                  "ld a0, 0(s0)\nld a1, 0(s0)",
                  "ld a0, 0(s0)\nld a1, 0(s0)"),
              o -> o[3] < o[2] || o[5] < o[4] || o[6] != 2),
          new LitmusTest(
              "IRIW+fences",
              List.of(
                  "sd t0, 0(s0)",
                  "sd t0, 0(s1)",
                  "ld a0, 0(s0)\n%R_R\nld a1, 0(s1)",
                  "ld a0, 0(s1)\n%R_R\nld a1, 0(s0)"),
              o -> o[4] == 1 && o[5] == 0 && o[6] == 1 && o[7] == 0),
          new LitmusTest(
              "IRIW+addrs",
              List.of(
                  "sd t0, 0(s0)",
                  "sd t0, 0(s1)",
                  "ld a0, 0(s0)\nxor t1, a0, a0\nadd t1, t1, s1\nld a1, 0(t1)",
                  "ld a0, 0(s1)\nxor t1, a0, a0\nadd t1, t1, s0\nld a1, 0(t1)"),
              o -> o[4] == 1 && o[5] == 0 && o[6] == 1 && o[7] == 0),
          four("AMOADD.D", "amoadd.d a0, t0, (s0)"),
          four("AMOADD.W", "amoadd.w a0, t0, (s0)"),
          four(
              "LR/SC.D", "retry: lr.d a0, (s0)\naddi t1, a0, 1\nsc.d t1, t1, (s0)\nbnez t1, retry"),
          four(
              "LR/SC.W",
              "retry: lr.w a0, (s0)\naddi t1, a0, 1\nsc.w t1, t1, (s0)\nbnez t1, retry"));

  /** The code of a hart, for the assembler. */
  String code(int hart) {
    String code = harts.get(hart);
    for (Map.Entry<String, String> fence : FENCES.entrySet()) {
      code = code.replace(fence.getKey(), fence.getValue());
    }
    return code;
  }

  private static LitmusTest two(String name, String one, String other, Forbidden forbidden) {
    return new LitmusTest(name, List.of(one, other), forbidden);
  }

  /** Four harts that count in x, each told another number. */
  private static LitmusTest four(String name, String code) {
    return new LitmusTest(
        name,
        List.of(code, code, code, code),
        o -> {
          int seen = 0;
          for (int hart = 0; hart < 4; hart++) {
            seen |= 1 << o[2 * hart];
          }
          return seen != 15 || o[8] != 4;
        });
  }
}
