package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xenoserver.vmm.riscv.PageTables.R;
import static org.xenoserver.vmm.riscv.PageTables.RW;
import static org.xenoserver.vmm.riscv.PageTables.RX;
import static org.xenoserver.vmm.riscv.PageTables.V;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.PseudoInstructions;
import org.xenoserver.vmm.riscv.TestMachine.End;

/** Accesses over two pages that are apart in memory, or of which the second is not there. */
class PageCrossingTest {
  private static final long SEED = 20261130;
  private static final long CODE = TestMachine.BASE;
  private static final long FIRST = TestMachine.BASE + 0x4000;
  private static final long SECOND = TestMachine.BASE + 0x8000;
  private static final long HIGH = 0xffffffc0_12345000L;
  private static final long BORDER = HIGH + 0x1000;

  private final TestMachine machine = new TestMachine();
  private final PageTables tables =
      new PageTables(machine.memory, 3, TestMachine.BASE + 0x100000).map(CODE, CODE, RX);

  @BeforeEach
  void fill() {
    machine.memory.putLong(FIRST + 0xff8, 0x0706050403020100L);
    machine.memory.putLong(SECOND, 0x0f0e0d0c0b0a0908L);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private End run(String source, long virtual) {
    machine.load(source + "\nebreak");
    machine.enter(Privilege.SUPERVISOR, CODE, tables.satp(0));
    machine.hart().csrs.floatingPointDirty();
    machine.setRegister("a0", -1);
    machine.setRegister("a1", virtual);
    machine.resume(machine.hart());
    return machine.end();
  }

  @ParameterizedTest
  @CsvSource({
    "lh, 1, 0x0807",
    "lhu, 1, 0x0807",
    "lw, 3, 0x08070605",
    "lwu, 1, 0x0a090807",
    "ld, 1, 0x0e0d0c0b0a090807",
    "ld, 4, 0x0b0a090807060504",
    "ld, 7, 0x0807060504030201"
  })
  void shouldLoadFromBothFrames(String load, int before, String expected) {
    tables.map(HIGH, FIRST, RW).map(BORDER, SECOND, RW);
    run(load + " a0, 0(a1)", BORDER - before);
    assertThat(machine.register("a0")).isEqualTo(PseudoInstructions.constant(expected));
  }

  @ParameterizedTest
  @CsvSource({"sh, 1", "sw, 1", "sw, 3", "sd, 1", "sd, 5", "fsd, 3"})
  void shouldStoreToBothFrames(String store, int before) {
    tables.map(HIGH, FIRST, RW).map(BORDER, SECOND, RW);
    machine.hart().f[10] = -1;
    run(store.startsWith("f") ? "fsd fa0, 0(a1)" : store + " a0, 0(a1)", BORDER - before);
    int size = store.equals("sh") ? 2 : store.equals("sw") ? 4 : 8;
    for (int i = -8; i < 8; i++) {
      long at = i < 0 ? FIRST + 0x1000 + i : SECOND + i;
      boolean written = i >= -before && i < size - before;
      assertThat(machine.memory.getByte(at)).isEqualTo(written ? (byte) -1 : (byte) (i + 8));
    }
  }

  /** Code that knows the page of the last access must not take the next one to be on it. */
  @ParameterizedTest
  @CsvSource({"1", "-1", "3", "-3"})
  void shouldWalkOverTheBorder(int step) {
    tables.map(HIGH, FIRST, RW).map(BORDER, SECOND, RW);
    int steps = 200;
    byte[] bytes = new byte[2 * 4096];
    new Random(SEED).nextBytes(bytes);
    machine.memory.write(FIRST, bytes, 0, 4096);
    machine.memory.write(SECOND, bytes, 4096, 4096);
    ByteBuffer expected = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int start = 4096 - step * steps / 2;
    for (int i = 0; i < steps; i++) {
      int at = start + i * step;
      expected.putLong(at, expected.getLong(at) + expected.getInt(at + 3));
      expected.putShort(at + 1, (short) i);
    }

    run(
        """
        li a2, 0
        li a3, %d
        again:
        ld a4, 0(a1)
        lw a5, 3(a1)
        add a4, a4, a5
        sd a4, 0(a1)
        sh a2, 1(a1)
        addi a1, a1, %d
        addi a2, a2, 1
        bne a2, a3, again\
        """
            .formatted(steps, step),
        HIGH + start);

    byte[] found = new byte[bytes.length];
    machine.memory.read(FIRST, found, 0, 4096);
    machine.memory.read(SECOND, found, 4096, 4096);
    assertThat(found).as("seed %d", SEED).isEqualTo(bytes);
  }

  /** Code that guesses where the next page is must not take the guess for the truth. */
  @Test
  void shouldFollowPointersFromFrameToFrame() {
    long[] frames = {FIRST, FIRST + 0x1000, SECOND, SECOND + 0x2000};
    for (int page = 0; page < frames.length; page++) {
      tables.map(HIGH + 0x1000L * page, frames[page], RW);
    }
    int apart = 27; // So that some are on two pages.
    Random random = new Random(SEED);
    List<Integer> nodes =
        new ArrayList<>(IntStream.range(0, frames.length * 4096 / apart).boxed().toList());
    Collections.shuffle(nodes, random);
    ByteBuffer bytes = ByteBuffer.allocate(frames.length * 4096).order(ByteOrder.LITTLE_ENDIAN);
    long sum = 0;
    for (int i = 0; i < nodes.size(); i++) {
      long value = random.nextLong();
      sum += value;
      bytes.putLong(nodes.get(i) * apart, HIGH + nodes.get((i + 1) % nodes.size()) * apart);
      bytes.putLong(nodes.get(i) * apart + 8, value);
    }
    for (int page = 0; page < frames.length; page++) {
      machine.memory.write(frames[page], bytes.array(), 4096 * page, 4096);
    }

    run(
        """
        li a2, %d
        li a3, 0
        again:
        ld a4, 8(a1)
        ld a1, 0(a1)
        add a3, a3, a4
        addi a2, a2, -1
        bnez a2, again\
        """
            .formatted(nodes.size()),
        HIGH + nodes.getFirst() * apart);

    assertThat(machine.register("a3")).as("seed %d", SEED).isEqualTo(sum);
    assertThat(machine.register("a1")).isEqualTo(HIGH + nodes.getFirst() * apart);
  }

  /** Code that keeps the page of the last entry of a table must not take the next one from it. */
  @Test
  void shouldChangeATableWhereWhatIsLoadedSays() {
    long[] frames = {FIRST, SECOND, FIRST + 0x1000, SECOND + 0x2000};
    for (int page = 0; page < frames.length; page++) {
      tables.map(HIGH + 0x1000L * page, frames[page], RW);
    }
    int indexes = 1024; // On the first page, as half words; the table is on the others.
    byte[] bytes = new byte[frames.length * 4096];
    Random random = new Random(SEED);
    random.nextBytes(bytes);
    ByteBuffer expected = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = 4096;
    for (int i = 0; i < indexes; i++) {
      if (random.nextInt(4) == 0) {
        boolean atBorder = random.nextBoolean();
        at = atBorder ? 8192 + 4096 * random.nextInt(2) - 28 : 4096 + random.nextInt(12_224);
      }
      expected.putShort(2 * i, (short) (at + random.nextInt(56)));
    }
    for (int page = 0; page < frames.length; page++) {
      machine.memory.write(frames[page], bytes, 4096 * page, 4096);
    }
    for (int i = 0; i < indexes; i++) {
      int entry = expected.getShort(2 * i);
      expected.putLong(entry, expected.getLong(entry) * 3 + expected.getInt(entry + 1));
      expected.putShort(entry + 3, (short) i);
    }

    run(
        """
        mv a2, a1
        li a6, 0
        li a7, %d
        li t0, 3
        again:
        lhu a5, 0(a2)
        addi a2, a2, 2
        add a5, a5, a1
        ld a3, 0(a5)
        lw a4, 1(a5)
        mul a3, a3, t0
        add a3, a3, a4
        sd a3, 0(a5)
        sh a6, 3(a5)
        addi a6, a6, 1
        bne a6, a7, again\
        """
            .formatted(indexes),
        HIGH);

    byte[] found = new byte[bytes.length];
    for (int page = 0; page < frames.length; page++) {
      machine.memory.read(frames[page], found, 4096 * page, 4096);
    }
    assertThat(found).as("seed %d", SEED).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ld a0, 0(a1); 1; 13", "ld a0, 0(a1); 4; 13", "lhu a0, 0(a1); 1; 13",
        "flw fa0, 0(a1); 2; 13", "sd a0, 0(a1); 1; 15", "sd a0, 0(a1); 4; 15",
        "sw a0, 0(a1); 3; 15", "sh a0, 0(a1); 1; 15", "fsd fa0, 0(a1); 6; 15"
      })
  void shouldChangeNothingWhenTheSecondPageIsMissing(String access, int before, int cause) {
    tables.map(HIGH, FIRST, RW);
    assertThat(run(access, BORDER - before)).isEqualTo(new End(cause, CODE, BORDER));
    assertThat(machine.register("a0")).isEqualTo(-1);
    assertThat(machine.memory.getLong(FIRST + 0xff8)).isEqualTo(0x0706050403020100L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"ld a0, 0(a1); 3; 13", "sd a0, 0(a1); 5; 15"})
  void shouldNameTheFirstByteWhenTheFirstPageIsMissing(String access, int before, int cause) {
    tables.map(BORDER, SECOND, RW);
    assertThat(run(access, BORDER - before)).isEqualTo(new End(cause, CODE, BORDER - before));
    assertThat(machine.memory.getLong(SECOND)).isEqualTo(0x0f0e0d0c0b0a0908L);
  }

  @Test
  void shouldWriteNothingWhenTheSecondPageIsReadOnly() {
    tables.map(HIGH, FIRST, RW).map(BORDER, SECOND, V | R | PageTables.A);
    assertThat(run("sd a0, 0(a1)", BORDER - 2))
        .isEqualTo(new End(TrapCause.STORE_PAGE_FAULT, CODE, BORDER));
    assertThat(machine.memory.getLong(FIRST + 0xff8)).isEqualTo(0x0706050403020100L);
  }

  @Test
  void shouldExecuteAnInstructionFromBothFrames() {
    tables.map(HIGH, FIRST, RX).map(BORDER, SECOND, RX);
    int instruction = Assembler.instruction("addi s0, x0, 1234");
    machine.memory.putShort(FIRST + 0xffe, (short) instruction);
    machine.memory.putShort(SECOND, (short) (instruction >>> 16));
    machine.memory.putShort(SECOND + 2, (short) 0x9002);
    assertThat(run("jr a1", BORDER - 2).pc()).isEqualTo(BORDER + 2);
    assertThat(machine.register("s0")).isEqualTo(1234);
  }

  @Test
  void shouldFaultAtTheSecondHalfOfAnInstruction() {
    tables.map(HIGH, FIRST, RX).map(BORDER, SECOND, RW);
    machine.memory.putShort(FIRST + 0xffe, (short) Assembler.instruction("addi s0, x0, 1234"));
    assertThat(run("jr a1", BORDER - 2))
        .isEqualTo(new End(TrapCause.FETCH_PAGE_FAULT, BORDER - 2, BORDER));
    assertThat(machine.register("s0")).isZero();
  }

  @Test
  void shouldNotLookAtTheNextPageForACompressedInstruction() {
    tables.map(HIGH, FIRST, RX);
    machine.memory.putShort(FIRST + 0xffe, (short) Assembler.instruction("c.ebreak"));
    assertThat(run("jr a1", BORDER - 2))
        .isEqualTo(new End(TrapCause.BREAKPOINT, BORDER - 2, BORDER - 2));
  }

  @Test
  void shouldSeeTheSecondHalfChangeAfterAFence() {
    tables.map(HIGH, FIRST, RX).map(BORDER, SECOND, RX).map(0x1000, SECOND, RW);
    int before = Assembler.instruction("addi s0, s0, 1");
    int after = Assembler.instruction("addi s0, s0, 100");
    machine.memory.putShort(FIRST + 0xffe, (short) before);
    machine.memory.putShort(SECOND, (short) (before >>> 16));
    machine.load(SECOND + 2, "ret");
    assertThat((short) before).as("only the second half differs").isEqualTo((short) after);
    run(
        """
          li s0, 0
          jalr ra, a1, 0
          li t0, %d
          sh t0, 0(a2)
          fence.i
          jalr ra, a1, 0
        """
            .formatted(after >>> 16)
            .replace("li s0, 0\n", "li s0, 0\n li a2, 0x1000\n"),
        BORDER - 2);
    assertThat(machine.register("s0")).isEqualTo(101);
  }
}
