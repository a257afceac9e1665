package org.xenoserver.vmm.riscv;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** Runs every hart of a machine on a thread of its own until each of them waits. */
final class HartThreads {
  private static final long MOST_SECONDS = 20;

  private HartThreads() {}

  /** Starts all harts at the program's beginning and runs them to their end. */
  static void run(TestMachine machine, int privilege) {
    machine.harts.forEach(hart -> {
      hart.stop();
      hart.start(new HartStart(TestMachine.BASE, privilege, 0, 0));
    });
    machine.clock.setStepNs(1);
    ExecutorService threads = Executors.newFixedThreadPool(machine.harts.size());
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (Hart hart : machine.harts) {
        runs.add(threads.submit(() -> toItsEnd(machine, hart)));
      }
      for (Future<?> run : runs) {
        run.get(MOST_SECONDS, TimeUnit.SECONDS);
      }
    } catch (TimeoutException e) {
      throw new AssertionError("a hart did not come to its end", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      // What still runs gives up at its next slice; its memory must not go before.
      threads.shutdownNow();
      threads.close();
    }
  }

  private static void toItsEnd(TestMachine machine, Hart hart) {
    while (!Thread.currentThread().isInterrupted()) {
      if (hart.run(machine.clock.wallNs() + 50) == VcpuExit.WAITING) {
        return;
      }
    }
  }
}
