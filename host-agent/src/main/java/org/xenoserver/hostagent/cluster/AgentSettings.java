package org.xenoserver.hostagent.cluster;

import java.time.Duration;

/**
 * What the cluster's part of an agent is told.
 *
 * @param process names this process of the agent apart from every other
 * @param leaseTimeout after how long without contact the cluster gives the host up
 * @param fencing whether domains stop without a lease; off only to show that the simulator notices
 * @param epochs whether a domain of another epoch is made anew; off only for the same
 */
public record AgentSettings(
    String process, Duration leaseTimeout, boolean fencing, boolean epochs) {
  /** As it is in production. */
  public static AgentSettings of(String process, Duration leaseTimeout) {
    return new AgentSettings(process, leaseTimeout, true, true);
  }
}
