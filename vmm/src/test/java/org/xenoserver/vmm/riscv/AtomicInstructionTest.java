package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LR, SC and the AMOs on one hart. */
class AtomicInstructionTest {
  private static final long SEED = 20260614;
  private static final long DATA = TestMachine.BASE + 0x4000;

  private static final long[] EDGES = {
    0, 1, -1, 0x7fffffffL, 0x80000000L, 0xffffffffL, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private final TestMachine machine = new TestMachine();

  @AfterEach
  void close() {
    machine.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"swap", "add", "xor", "and", "or", "min", "max", "minu", "maxu"})
  void shouldReturnTheOldValueAndStoreTheNew(String operation) {
    Random random = new Random(SEED);
    machine.load(
        "amo%1$s.d.aqrl a0, a2, (a1)\namo%1$s.w a3, a2, (a4)\nebreak".formatted(operation));
    for (int round = 0; round < 100; round++) {
      long memory = round < 64 ? EDGES[round / 8] : random.nextLong();
      long operand = round < 64 ? EDGES[round % 8] : random.nextLong();
      machine.memory.putLong(DATA, memory);
      machine.memory.putLong(DATA + 8, memory);
      machine.setRegister("a1", DATA);
      machine.setRegister("a2", operand);
      machine.setRegister("a4", DATA + 12);
      machine.runFrom(TestMachine.BASE);
      assertThat(machine.register("a0")).isEqualTo(memory);
      assertThat(machine.memory.getLong(DATA))
          .as("%s %x %x, seed %d", operation, memory, operand, SEED)
          .isEqualTo(expected(operation, memory, operand, 64));
      int high = (int) (memory >>> 32);
      assertThat(machine.register("a3")).isEqualTo(high);
      assertThat(machine.memory.getInt(DATA + 12))
          .isEqualTo((int) expected(operation, high, (int) operand, 32));
      assertThat(machine.memory.getInt(DATA + 8)).isEqualTo((int) memory);
    }
  }

  private static long expected(String operation, long memory, long operand, int width) {
    BigInteger a = BigInteger.valueOf(memory);
    BigInteger b = BigInteger.valueOf(operand);
    BigInteger range = BigInteger.ONE.shiftLeft(width);
    return switch (operation) {
      case "swap" -> operand;
      case "add" -> a.add(b).longValue();
      case "xor" -> a.xor(b).longValue();
      case "and" -> a.and(b).longValue();
      case "or" -> a.or(b).longValue();
      case "min" -> a.min(b).longValue();
      case "max" -> a.max(b).longValue();
      case "minu" -> a.mod(range).min(b.mod(range)).longValue();
      default -> a.mod(range).max(b.mod(range)).longValue();
    };
  }

  private long storeConditional(String between) {
    machine.memory.putLong(DATA, 10);
    machine.memory.putLong(DATA + 8, 10);
    machine.setRegister("a1", DATA);
    machine.setRegister("a2", 77);
    machine.run(between + "\nebreak");
    assertThat(machine.end().cause()).isEqualTo(TrapCause.BREAKPOINT);
    return machine.register("a0");
  }

  @Test
  void shouldStoreAfterALoadReserved() {
    assertThat(storeConditional("lr.d a3, (a1)\nsc.d a0, a2, (a1)")).isZero();
    assertThat(machine.register("a3")).isEqualTo(10);
    assertThat(machine.memory.getLong(DATA)).isEqualTo(77);
    assertThat(storeConditional("lr.w a3, (a1)\naddi a3, a3, 1\nsc.w a0, a3, (a1)")).isZero();
    assertThat(machine.memory.getLong(DATA)).isEqualTo(11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sc.d a0, a2, (a1)", // no reservation
        "lr.d a3, (a1)\nsc.d a0, a2, (a1)\nsc.d a0, a2, (a1)", // used up
        "lr.d a3, (a1)\naddi a4, a1, 8\nsc.d a0, a2, (a4)", // another address
        "lr.w a3, (a1)\nsc.d a0, a2, (a1)", // more than was reserved
        "lr.d a3, (a1)\nli t0, 11\nsd t0, 0(a1)\nsc.d a0, a2, (a1)", // changed between
        "addi a4, a1, 8\nlr.d a3, (a1)\nlr.d a3, (a4)\nsc.d a0, a2, (a1)" // reserved elsewhere
      })
  void shouldFailWithoutAReservationThatHolds(String program) {
    assertThat(storeConditional(program)).isEqualTo(1);
    boolean storedOnce = program.contains("sc.d a0, a2, (a1)\nsc.d");
    long changed = program.contains("sd t0") ? 11 : 10;
    assertThat(machine.memory.getLong(DATA)).isEqualTo(storedOnce ? 77 : changed);
    assertThat(machine.memory.getLong(DATA + 8)).isEqualTo(10);
  }

  @Test
  void shouldTellTheHostOfAnAtomicStoreToo() {
    machine.run(
        "li a1, 0x%x\nli a2, 5\namoswap.d a0, a2, (a1)\nloop: j loop"
            .formatted(TestMachine.TO_HOST));
    assertThat(machine.memory.getLong(TestMachine.TO_HOST)).isEqualTo(5);
  }
}
