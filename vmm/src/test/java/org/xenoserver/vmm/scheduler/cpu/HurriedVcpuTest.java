package org.xenoserver.vmm.scheduler.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.xenoserver.vmm.affinity.HostThread;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.vcpu.VcpuEngine;
import org.xenoserver.vmm.vcpu.VcpuExit;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class HurriedVcpuTest {
  private static final long PATIENCE_NS = Duration.ofSeconds(2).toNanos();

  @Test
  void shouldBeGivenTheFirstHostProcessorIfItIsLate() throws Exception {
    BitSet allowed = HostThread.current().orElseThrow().processors();
    assumeThat(allowed.cardinality()).isGreaterThan(1);
    try (CpuPool pool =
        new CpuPool(1, BorrowedVirtualTime::new, Clock.system(), RunPermit.unlimited())) {
      LateVcpu vcpu = new LateVcpu(allowed.nextSetBit(0), allowed.length() - 1);
      ScheduledDomain domain = pool.admit(List.of(vcpu), SchedulingSpec.DEFAULT, failure -> {});
      domain.resume();
      vcpu.onLast.await();

      domain.pause();

      assertThat(vcpu.wasMoved).isTrue();
      assertThat(vcpu.mayRunOn).isEqualTo(allowed);
    }
  }

  /** Stays on the last host processor until it is preempted, and then stops on the first only. */
  private static final class LateVcpu implements VcpuEngine {
    final CountDownLatch onLast = new CountDownLatch(1);
    volatile boolean wasMoved;
    volatile BitSet mayRunOn = new BitSet();
    private final int first;
    private final int last;
    private volatile boolean preempted;

    LateVcpu(int first, int last) {
      this.first = first;
      this.last = last;
    }

    @Override
    public VcpuExit run(long deadlineNs) {
      HostThread thread = HostThread.current().orElseThrow();
      BitSet before = thread.processors();
      BitSet onlyLast = new BitSet();
      onlyLast.set(last);
      thread.runOn(onlyLast);
      thread.runOn(before);
      onLast.countDown();
      while (!preempted) {
        Thread.onSpinWait();
      }
      long endNs = System.nanoTime() + PATIENCE_NS;
      while (!wasMoved && System.nanoTime() < endNs) {
        wasMoved = processor() == first;
      }
      while (!mayRunOn.equals(before) && System.nanoTime() < endNs) {
        mayRunOn = thread.processors();
      }
      preempted = false;
      return VcpuExit.PREEMPTED;
    }

    /** The host processor it is on: the 39th value, and the 37th after the name, of stat. */
    private static int processor() {
      try {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[36]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void preempt() {
      preempted = true;
    }

    @Override
    public boolean isRunnable() {
      return true;
    }

    @Override
    public long timerDeadlineNs() {
      return Long.MAX_VALUE;
    }

    @Override
    public void onWake(Runnable wake) {}

    @Override
    public long retiredInstructions() {
      return 0;
    }
  }
}
