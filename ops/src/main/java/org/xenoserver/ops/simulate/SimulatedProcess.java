package org.xenoserver.ops.simulate;

import java.time.Instant;
import java.util.ArrayDeque;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.vmm.time.Clock;

/**
 * A process with one event loop: it has clocks of its own, which run too fast or too slow, and its
 * date may jump; it can be stopped and continued, and crashes for good.
 */
final class SimulatedProcess implements EventLoop, Clock {
  private static final long EPOCH_S = 1_800_000_000L;

  private final VirtualTime time;
  private final String name;
  private final double rate;
  private final long originNs;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private long dateOffsetNs;
  private boolean scheduled;
  private boolean stopped;
  private boolean crashed;

  /**
   * A process that runs.
   *
   * @param rate how fast its clocks run; 1 is right
   */
  SimulatedProcess(VirtualTime time, String name, double rate) {
    this.time = time;
    this.name = name;
    this.rate = rate;
    this.originNs = time.betweenNs(0, 1_000_000);
  }

  String name() {
    return name;
  }

  boolean runs() {
    return !stopped && !crashed;
  }

  boolean isCrashed() {
    return crashed;
  }

  @Override
  public void execute(Runnable task) {
    if (!crashed) {
      tasks.add(task);
      schedule();
    }
  }

  private void schedule() {
    if (!scheduled && !stopped) {
      scheduled = true;
      long delayNs = time.chance(0.02) ? time.betweenNs(0, 20) : 10_000;
      time.after(delayNs, this::runNext);
    }
  }

  private void runNext() {
    scheduled = false;
    if (!runs()) {
      return;
    }
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
    if (!tasks.isEmpty()) {
      schedule();
    }
  }

  @Override
  public Timer after(long delayNs, Runnable task) {
    boolean[] cancelled = new boolean[1];
    time.after(
        (long) (delayNs / rate),
        () -> {
          if (!crashed && !cancelled[0]) {
            execute(() -> {
              if (!cancelled[0]) {
                task.run();
              }
            });
          }
        });
    return () -> cancelled[0] = true;
  }

  @Override
  public long monotonicNs() {
    return originNs + (long) (time.nowNs() * rate);
  }

  @Override
  public long wallNs() {
    return EPOCH_S * 1_000_000_000L + (long) (time.nowNs() * rate) + dateOffsetNs;
  }

  @Override
  public Instant wallTime() {
    return Instant.ofEpochSecond(0, wallNs());
  }

  /** Lets the date jump. */
  void jump(long byNs) {
    dateOffsetNs += byNs;
  }

  /** As SIGSTOP does. */
  void stop() {
    stopped = true;
  }

  /** As SIGCONT does. */
  void resume() {
    if (stopped) {
      stopped = false;
      if (!tasks.isEmpty()) {
        schedule();
      }
    }
  }

  /** As SIGKILL does. */
  void crash() {
    crashed = true;
    tasks.clear();
  }
}
