package org.xenoserver.vmm.time;

/**
 * The {@code time} counter of a machine: 10 MHz ticks of its clock, shared by all harts and the
 * CLINT.
 */
public final class Timebase {
  /** Ticks per second, as QEMU's {@code virt} board announces them. */
  public static final long FREQUENCY_HZ = 10_000_000;

  private static final long NS_PER_TICK = 1_000_000_000 / FREQUENCY_HZ;

  private final Clock clock;
  private volatile long originNs;

  /** Starts at zero now. */
  public Timebase(Clock clock) {
    this.clock = clock;
    this.originNs = clock.monotonicNs();
  }

  /** The counter now. Safe from any thread. */
  public long ticks() {
    return ticksAt(clock.monotonicNs());
  }

  /** The counter at a moment of the clock. */
  public long ticksAt(long monotonicNs) {
    return (monotonicNs - originNs) / NS_PER_TICK;
  }

  /**
   * The moment of the clock at which the counter reaches a value, {@link Long#MAX_VALUE} if that is
   * beyond the clock's range. The comparison is unsigned, as the comparators are.
   */
  public long monotonicNsAt(long ticks) {
    long limit = (Long.MAX_VALUE - Math.max(originNs, 0)) / NS_PER_TICK;
    return ticks < 0 || ticks >= limit ? Long.MAX_VALUE : originNs + ticks * NS_PER_TICK;
  }

  /** Sets the counter. */
  public void setTicks(long ticks) {
    originNs = clock.monotonicNs() - ticks * NS_PER_TICK;
  }

  /** The clock it counts. */
  public Clock clock() {
    return clock;
  }
}
