package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.bus.SystemBus;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.riscv.CodeLibrary;
import org.xenoserver.vmm.riscv.CodePages;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.HartStart;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.time.Timebase;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * Some harts, each on a thread of its own, that run a litmus test many times in a row on as many
 * pairs of variables; they meet before each row, and race through it.
 */
final class LitmusMachine implements AutoCloseable {
  /** Rounds in a row. */
  static final int ROW = 4096;

  private static final long MEMORY_BYTES = 4 << 20;
  private static final int STRIDE = 64;
  private static final long CODE_BYTES = 0x1000;
  private static final long MEETING = Arena.RAM + 0x8000;
  private static final long X = Arena.RAM + 0x10_0000;
  private static final long Y = X + (long) ROW * STRIDE;
  private static final long RESULTS = Y + (long) ROW * STRIDE;
  private static final int RESULT_BYTES = 16;
  private static final long SLICE_NS = 10_000_000;

  private static final String FRAME =
      """
        li t1, 0x%1$x
        li t0, 1
        amoadd.w x0, t0, (t1)
        li t3, %2$d
      meet:
        lw t2, 0(t1)
        beq t2, t3, met
        pause
        j meet
      met:
        li s0, 0x%3$x
        li s1, 0x%4$x
        li s2, 0x%5$x
        li s3, %6$d
      again:
        li a0, 0
        li a1, 0
      %7$s
        sd a0, 0(s2)
        sd a1, 8(s2)
        addi s0, s0, %8$d
        addi s1, s1, %8$d
        addi s2, s2, 16
        addi s3, s3, -1
        bnez s3, again
        csrw mie, x0
      end:
        wfi
        j end
      """;

  private final GuestMemory memory;
  private final Clock clock = Clock.system();
  private final List<Hart> harts = new ArrayList<>();
  private final ExecutorService threads;
  private final Set<Integer> outcomes = new HashSet<>();

  LitmusMachine(int count, CodeLibrary library) throws IOException {
    memory = GuestMemory.allocate(Arena.RAM, MEMORY_BYTES);
    CodePages codePages = new CodePages(memory, library);
    SystemBus bus = new SystemBus.Builder().build();
    Timebase timebase = new Timebase(clock);
    for (int id = 0; id < count; id++) {
      harts.add(new Hart(id, memory, codePages, bus, timebase));
    }
    threads = Executors.newFixedThreadPool(count, Thread.ofPlatform().name("litmus-", 0).factory());
  }

  /** How many different outcomes the test last loaded has had: with one, nothing raced. */
  int outcomes() {
    return outcomes.size();
  }

  /** Puts a test's code in place. */
  void load(LitmusTest test) {
    outcomes.clear();
    for (int id = 0; id < test.harts().size(); id++) {
      String code =
          FRAME.formatted(
              MEETING,
              test.harts().size(),
              X,
              Y,
              RESULTS + (long) id * ROW * RESULT_BYTES,
              ROW,
              test.code(id),
              STRIDE);
      Program program = Assembler.assemble(entry(id), code);
      memory.write(program.base(), program.bytes(), 0, program.bytes().length);
    }
  }

  private static long entry(int id) {
    return Arena.RAM + id * CODE_BYTES;
  }

  /** Runs a row of rounds of the test last loaded; how many outcomes were forbidden. */
  int row(LitmusTest test) throws InterruptedException {
    memory.putInt(MEETING, 0);
    for (int i = 0; i < ROW; i++) {
      memory.putLong(X + (long) i * STRIDE, 0);
      memory.putLong(Y + (long) i * STRIDE, 0);
    }
    List<Future<?>> runs = new ArrayList<>();
    for (int id = 0; id < test.harts().size(); id++) {
      Hart hart = harts.get(id);
      hart.stop();
      hart.start(new HartStart(entry(id), HartStart.MACHINE, 0, 0));
      runs.add(threads.submit(() -> toItsEnd(hart)));
    }
    for (Future<?> run : runs) {
      try {
        run.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } catch (CancellationException e) {
        throw new IllegalStateException(e);
      }
    }
    return forbidden(test);
  }

  private void toItsEnd(Hart hart) {
    while (hart.run(clock.monotonicNs() + SLICE_NS) != VcpuExit.WAITING) {
      Thread.onSpinWait();
    }
  }

  private int forbidden(LitmusTest test) {
    int count = 0;
    int harts = test.harts().size();
    long[] outcome = new long[2 * harts + 2];
    for (int i = 0; i < ROW; i++) {
      for (int id = 0; id < harts; id++) {
        long result = RESULTS + ((long) id * ROW + i) * RESULT_BYTES;
        outcome[2 * id] = memory.getLong(result);
        outcome[2 * id + 1] = memory.getLong(result + 8);
      }
      outcome[2 * harts] = memory.getLong(X + (long) i * STRIDE);
      outcome[2 * harts + 1] = memory.getLong(Y + (long) i * STRIDE);
      count += test.forbidden().test(outcome) ? 1 : 0;
      outcomes.add(Arrays.hashCode(outcome));
    }
    return count;
  }

  @Override
  public void close() {
    threads.shutdown();
    harts.forEach(Hart::close);
    memory.close();
  }
}
