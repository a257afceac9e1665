package org.xenoserver.clustermanager.control;

import java.time.Duration;
import org.xenoserver.clustermanager.placement.Overcommit;
import org.xenoserver.clustermanager.placement.Policy;

/**
 * What the control plane of one manager is told.
 *
 * @param address where other managers reach this one
 * @param process names this process of the manager apart from every other
 * @param placement how hosts are chosen
 * @param recovery what is done about hosts and domains that fail
 * @param retention how much of the log is kept
 * @param idempotency whether a request id has one effect; off only to show that the simulator
 *     notices
 */
public record ControlSettings(
    String address,
    String process,
    Placement placement,
    Recovery recovery,
    Retention retention,
    boolean idempotency) {

  /** As it is unless something else is configured. */
  public static ControlSettings of(String address, String process, long seed) {
    return new ControlSettings(
        address,
        process,
        new Placement(new Policy.Spread(), new Overcommit(16, 1, 1), 0, seed, false),
        Recovery.STANDARD,
        new Retention(4_096, 100_000),
        true);
  }

  /**
   * How hosts are chosen.
   *
   * @param policy which hosts are liked
   * @param overcommit how many times of what hosts have may be promised
   * @param reserveHosts for the loss of how many hosts creations must leave room: 0 or 1
   * @param seed of choices among equals
   * @param preemption whether a creation that fits nowhere evicts domains of lower priority
   */
  public record Placement(
      Policy policy, Overcommit overcommit, int reserveHosts, long seed, boolean preemption) {}

  /**
   * What is done about failures.
   *
   * @param failoverMargin how long a host's lease must be gone before its domains go elsewhere
   * @param restartFirst the wait before a domain is first started again
   * @param restartLongest the longest such wait; each is twice the one before
   * @param restartReset after running that long, waits are short again
   * @param followPatience after that long, an operation that its host does not follow has failed
   * @param drainParallelism how many domains leave a host at a time
   */
  public record Recovery(
      Duration failoverMargin,
      Duration restartFirst,
      Duration restartLongest,
      Duration restartReset,
      Duration followPatience,
      int drainParallelism) {
    /** As it is unless something else is configured. */
    public static final Recovery STANDARD =
        new Recovery(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofSeconds(60),
            4);
  }

  /**
   * How much of the log is kept: the newest segments, with their operations.
   *
   * @param segments at most so many
   * @param events at most so many, but for the newest segment
   */
  public record Retention(int segments, int events) {}
}
