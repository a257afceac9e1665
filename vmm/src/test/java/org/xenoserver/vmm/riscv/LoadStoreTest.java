package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.PseudoInstructions;

/** Loads and stores in machine mode: extension, alignment, and the edge of memory. */
class LoadStoreTest {
  private static final long SEED = 20260613;
  private static final long DATA = TestMachine.BASE + 0x4000;
  private static final long END = TestMachine.BASE + TestMachine.SIZE_BYTES;

  @ParameterizedTest
  @CsvSource({
    "lb, ffffffffffffff88",
    "lbu, 88",
    "lh, ffffffffffff9988",
    "lhu, 9988",
    "lw, ffffffffbbaa9988",
    "lwu, bbaa9988",
    "ld, ffeeddccbbaa9988"
  })
  void shouldExtendWhatItLoads(String load, String expected) {
    try (TestMachine machine = new TestMachine()) {
      machine.memory.putLong(DATA, 0xffeeddccbbaa9988L);
      machine.setRegister("a1", DATA + 2048);
      // The first access misses the cached translations, the second finds one.
      machine.run("%1$s a0, -2048(a1)\n%1$s a2, -2048(a1)\nebreak".formatted(load));
      assertThat(Long.toHexString(machine.register("a0"))).isEqualTo(expected);
      assertThat(machine.register("a2")).isEqualTo(machine.register("a0"));
    }
  }

  @ParameterizedTest
  @CsvSource({"sb, 1", "sh, 2", "sw, 4", "sd, 8"})
  void shouldStoreItsBytesAndNoOthersAtAnyAlignment(String store, int size) {
    Random random = new Random(SEED);
    try (TestMachine machine = new TestMachine()) {
      machine.load("%1$s a0, 0(a1)\n%1$s a0, 32(a1)\nebreak".formatted(store));
      for (int offset = 4096 - 40; offset <= 4096; offset++) {
        byte[] expected = new byte[128];
        random.nextBytes(expected);
        long at = DATA + offset - 32;
        machine.memory.write(at, expected, 0, expected.length);
        long value = random.nextLong();
        machine.setRegister("a0", value);
        machine.setRegister("a1", at + 32);
        machine.runFrom(TestMachine.BASE);
        for (int i = 0; i < size; i++) {
          expected[32 + i] = (byte) (value >>> (8 * i));
          expected[64 + i] = expected[32 + i];
        }
        byte[] found = new byte[128];
        machine.memory.read(at, found, 0, found.length);
        assertThat(found).as("offset %d, seed %d", offset, SEED).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"lh, 2", "lhu, 2", "lw, 4", "lwu, 4", "ld, 8"})
  void shouldLoadAcrossPagesAtAnyAlignment(String load, int size) {
    Random random = new Random(SEED);
    try (TestMachine machine = new TestMachine()) {
      machine.load("%1$s a0, 0(a1)\n%1$s a2, 0(a1)\nebreak".formatted(load));
      for (int offset = 4096 - 9; offset <= 4096 + 1; offset++) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        machine.memory.write(DATA + offset, bytes, 0, size);
        long expected = 0;
        for (int i = size - 1; i >= 0; i--) {
          expected = expected << 8 | bytes[i] & 0xff;
        }
        boolean signed = !load.endsWith("u");
        expected = signed ? expected << 64 - 8 * size >> 64 - 8 * size : expected;
        machine.setRegister("a1", DATA + offset);
        machine.runFrom(TestMachine.BASE);
        assertThat(machine.register("a0"))
            .as("offset %d, seed %d", offset, SEED)
            .isEqualTo(expected);
        assertThat(machine.register("a2")).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7})
  void shouldWriteNothingWhenTheSecondPartOfAStoreIsOutsideMemory(int inside) {
    try (TestMachine machine = new TestMachine()) {
      machine.memory.putLong(END - 8, 0x1111111111111111L);
      machine.setRegister("a1", END - inside);
      machine.setRegister("a0", -1);
      machine.run("sd a0, 0(a1)\nebreak");
      assertThat(machine.end())
          .isEqualTo(new TestMachine.End(TrapCause.STORE_ACCESS_FAULT, TestMachine.BASE, END));
      assertThat(machine.memory.getLong(END - 8)).isEqualTo(0x1111111111111111L);
    }
  }

  @Test
  void shouldFaultAtALoadThatLeavesMemory() {
    try (TestMachine machine = new TestMachine()) {
      machine.setRegister("a0", 42);
      machine.setRegister("a1", END - 4);
      machine.run("ld a0, 0(a1)\nebreak");
      assertThat(machine.end())
          .isEqualTo(new TestMachine.End(TrapCause.LOAD_ACCESS_FAULT, TestMachine.BASE, END));
      assertThat(machine.register("a0")).isEqualTo(42);
    }
  }

  @ParameterizedTest
  @CsvSource({"0x40000000", "0x100000000000000", "0x8000000080000000"})
  void shouldFaultWhereNothingIs(String address) {
    try (TestMachine machine = new TestMachine()) {
      machine.run("li a1, %s\nlw a0, 0(a1)\nebreak".formatted(address));
      assertThat(machine.end().cause()).isEqualTo(TrapCause.LOAD_ACCESS_FAULT);
      assertThat(machine.end().value()).isEqualTo(PseudoInstructions.constant(address));
      machine.run("li a1, %s\nsw a0, 0(a1)\nebreak".formatted(address));
      assertThat(machine.end().cause()).isEqualTo(TrapCause.STORE_ACCESS_FAULT);
      assertThat(machine.end().value()).isEqualTo(PseudoInstructions.constant(address));
    }
  }
}
