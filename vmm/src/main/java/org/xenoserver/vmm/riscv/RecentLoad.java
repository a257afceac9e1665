package org.xenoserver.vmm.riscv;

/** Whether a hart has lately been executing, rather than waiting. */
final class RecentLoad {
  /** The share of the time that must be exceeded, as a divisor. */
  private static final int SHARE = 4;

  private static final long BUSY_NS = 10_000_000;
  private static final long MOST_NS = 20_000_000;

  private long aheadNs;
  private long seenNs;

  /** Notes that the hart executed for a time that ends now. */
  void executed(long durationNs, long nowNs) {
    aheadNs = Math.clamp(aheadNs + durationNs - (nowNs - seenNs) / SHARE, 0, MOST_NS);
    seenNs = nowNs;
  }

  /** Whether that was more than a quarter of the last moments. */
  boolean isBusy() {
    return aheadNs >= BUSY_NS;
  }
}
