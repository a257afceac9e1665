package org.xenoserver.clustermanager.placement.log;

import java.util.List;
import java.util.Optional;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Resources;

/**
 * The same history under another policy.
 *
 * @param policy the other policy's name
 * @param steps each decision, in order
 * @param actual the cluster as it became
 * @param other the cluster as it would have become
 */
public record Replay(String policy, List<Step> steps, Outcome actual, Outcome other) {
  /** Where a domain went, and where it would have gone; empty for nowhere. */
  public record Step(String domain, Optional<String> actual, Optional<String> other) {
    public boolean same() {
      return actual.equals(other);
    }
  }

  /**
   * What a policy made of a cluster.
   *
   * @param hostsInUse hosts with domains
   * @param highestShare the largest share of any resource promised on any host, 0 to 1
   */
  public record Outcome(int domains, int hostsInUse, double highestShare) {
    static Outcome of(Fleet fleet) {
      int inUse = 0;
      double highest = 0;
      for (HostOffer offer : fleet.hosts()) {
        inUse += fleet.domainsOn(offer.name()).isEmpty() ? 0 : 1;
        Resources whole = offer.promisable();
        Resources used = whole.minus(fleet.free(offer.name()));
        highest = Math.max(highest, share(used.vcpus(), whole.vcpus()));
        highest = Math.max(highest, share(used.memoryBytes(), whole.memoryBytes()));
        highest = Math.max(highest, share(used.diskBytes(), whole.diskBytes()));
      }
      return new Outcome(fleet.domainCount(), inUse, highest);
    }

    private static double share(long used, long whole) {
      return whole == 0 ? 0 : (double) used / whole;
    }
  }

  static Replay of(String policy, List<Step> steps, Fleet actual, Fleet other) {
    return new Replay(policy, List.copyOf(steps), Outcome.of(actual), Outcome.of(other));
  }

  /** Decisions that would have been the same. */
  public long same() {
    return steps.stream().filter(Step::same).count();
  }
}
