package org.xenoserver.vmm.scheduler.cpu;

/**
 * What vCPUs used of their processors; every figure only grows.
 *
 * @param cpuNs time they held a processor
 * @param waitNs time they were runnable but did not hold one (steal time)
 * @param slices how often they were given a processor
 */
public record CpuUsage(long cpuNs, long waitNs, long slices) {
  /** Nothing used. */
  public static final CpuUsage NONE = new CpuUsage(0, 0, 0);

  /** The sum of two. */
  public CpuUsage plus(CpuUsage other) {
    return new CpuUsage(cpuNs + other.cpuNs, waitNs + other.waitNs, slices + other.slices);
  }
}
