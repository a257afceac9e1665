package org.xenoserver.vmm.riscv;

import org.xenoserver.vmm.time.Clock;

/**
 * How many regions one domain may still have made. Of each method that it was asked to compile, the
 * JVM keeps some 130 bytes for ever, though the region be unloaded (JDK-8268406, mended in JDK 26).
 * So a domain that does nothing but rewrite its code costs its host 50 MB, and 11 MB a day from
 * then on: what new code it has beyond that is interpreted. A boot of Debian takes some thousands.
 * Safe for several threads.
 */
public final class TranslationAllowance {
  /** Regions of a domain that has had none made for long. */
  static final long MOST = 400_000;

  private static final long REGAIN_NS = 1_000_000_000;

  private final Clock clock;

  /** When all that was taken is regained. */
  private long wholeAtNs;

  /** The whole allowance, of which one region a second is regained. */
  public TranslationAllowance(Clock clock) {
    this.clock = clock;
    this.wholeAtNs = clock.monotonicNs();
  }

  /** Takes one region; false if none is left. */
  public synchronized boolean take() {
    long takenNs = takenNs();
    if (takenNs + REGAIN_NS > MOST * REGAIN_NS) {
      return false;
    }
    wholeAtNs = clock.monotonicNs() + takenNs + REGAIN_NS;
    return true;
  }

  /** Whether nothing is taken of it. */
  public synchronized boolean isWhole() {
    return takenNs() == 0;
  }

  private long takenNs() {
    return Math.max(0, wholeAtNs - clock.monotonicNs());
  }
}
