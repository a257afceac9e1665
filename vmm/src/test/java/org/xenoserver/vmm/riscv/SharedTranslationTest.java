package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.bus.SystemBus;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.time.ManualClock;
import org.xenoserver.vmm.time.Timebase;

/** When machines that share a library have code translated that all of them run. */
class SharedTranslationTest {
  private static final int VISITS = 1000;

  private final CountingTranslator translator = new CountingTranslator();
  private final CodeLibrary library = new CodeLibrary(translator);
  private boolean busy = true;

  @Test
  void shouldTranslateWhatOneMachineExecutesOften() throws Exception {
    run(VISITS + 100);

    assertThat(translator.asked).isPositive();
  }

  @Test
  void shouldPutOffWhatAHartExecutesThatMostlyWaits() throws Exception {
    busy = false;

    run(2 * VISITS);
    assertThat(translator.asked).isZero();

    run(2 * VISITS + 25_000);
    assertThat(translator.asked).isPositive();
  }

  @Test
  void shouldNotTranslateWhatManyMachinesExecuteSeldom() throws Exception {
    for (int machine = 0; machine < 10; machine++) {
      run(VISITS * 9 / 10);
    }

    assertThat(translator.asked).isZero();
  }

  @Test
  void shouldTranslateOnTheAccountOfTheDomain() throws Exception {
    TranslationAllowance allowance = new TranslationAllowance(new ManualClock(0));

    run(VISITS * 11 / 10, allowance);

    assertThat(translator.account).isSameAs(allowance);
  }

  /** Goes through a loop so many times, on a machine of its own. */
  private void run(int rounds) throws IOException {
    run(rounds, new TranslationAllowance(new ManualClock(0)));
  }

  private void run(int rounds, TranslationAllowance allowance) throws IOException {
    Program program =
        Assembler.assemble(
            TestMachine.BASE, "again: addi a0, a0, -1\n bne a0, x0, again\n halt: wfi\n j halt");
    try (GuestMemory memory = GuestMemory.allocate(TestMachine.BASE, TestMachine.SIZE_BYTES)) {
      memory.write(program.base(), program.bytes(), 0, program.bytes().length);
      Hart hart =
          new Hart(
              0,
              memory,
              new CodePages(memory, library, allowance),
              new SystemBus.Builder().build(),
              new Timebase(new ManualClock(0)));
      if (busy) {
        hart.load.executed(1_000_000_000, 0);
      }
      hart.start(new HartStart(TestMachine.BASE, HartStart.MACHINE, 0, 0));
      hart.preempt();
      hart.run(0);
      hart.setRegister(10, rounds);
      hart.run(Long.MAX_VALUE);
      hart.close();
    }
  }

  private static final class CountingTranslator implements RegionTranslator {
    int asked;
    @Nullable TranslationAllowance account;

    @Override
    public int visits() {
      return VISITS;
    }

    @Override
    public int evictions() {
      return 0;
    }

    @Override
    public void translate(CodeView code, long at) {
      asked++;
      account = code.snapshot().allowance();
    }

    @Override
    public void review(CodeView code, long at, TranslatedRegion region) {}
  }
}
