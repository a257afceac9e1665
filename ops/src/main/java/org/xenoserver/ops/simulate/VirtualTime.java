package org.xenoserver.ops.simulate;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The simulated world's time and chance: what is to happen, in order of time, and of its being
 * planned where times are equal. Everything random comes from one seed.
 */
final class VirtualTime {
  private final PriorityQueue<Planned> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Planned::atNs).thenComparingLong(Planned::number));
  private final SplittableRandom random;
  private final Consumer<String> trace;
  private long nowNs;
  private long steps;
  private long planned;

  private record Planned(long atNs, long number, Runnable task) {}

  /**
   * Begins at 0.
   *
   * @param trace takes a line for each thing worth telling
   */
  VirtualTime(long seed, Consumer<String> trace) {
    this.random = new SplittableRandom(seed);
    this.trace = trace;
  }

  long nowNs() {
    return nowNs;
  }

  /** How many things have happened. */
  long steps() {
    return steps;
  }

  SplittableRandom random() {
    return random;
  }

  /** Whether something of this probability happens. */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A duration of at least the one and less than the other, in milliseconds. */
  long betweenNs(long fromMs, long toMs) {
    return random.nextLong(fromMs * 1_000_000, toMs * 1_000_000);
  }

  void after(long delayNs, Runnable task) {
    queue.add(new Planned(nowNs + Math.max(0, delayNs), planned++, task));
  }

  /** Lets the next thing happen; false if there is none before the time. */
  boolean step(long untilNs) {
    Planned next = queue.peek();
    if (next == null || next.atNs > untilNs) {
      nowNs = Math.max(nowNs, untilNs);
      return false;
    }
    queue.remove();
    nowNs = next.atNs;
    steps++;
    next.task.run();
    return true;
  }

  void tell(String who, String what) {
    trace.accept("%10.6f %8d  %-5s %s".formatted(nowNs / 1e9, steps, who, what));
  }
}
