package org.xenoserver.clustermanager.placement.plan;

import java.util.ArrayList;
import java.util.List;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostCondition;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Policy;

/**
 * What the loss of each one host would mean (N+1). A host's loss is absorbed if the others that are
 * up could take all its domains by all rules, without evicting any. The answer errs on the safe
 * side: domains are placed one after the other as a failover would place them, and a cleverer order
 * might have fitted more.
 *
 * @param hosts how many hosts were tried: those with domains that are not lost already
 * @param losses the hosts whose loss would not be absorbed, by name
 */
public record LossReport(int hosts, List<Loss> losses) {
  /**
   * A host whose loss would leave domains without a host.
   *
   * @param domains how many it has
   * @param stuck those that would find no place, and why
   */
  public record Loss(String host, int domains, List<Stuck> stuck) {}

  /** Tries every host in turn; the fleet stays as it is. */
  public static LossReport of(Fleet fleet, Policy policy, long seed) {
    Fleet copy = fleet.copy();
    Placer placer = new Placer(copy, policy, seed);
    List<Loss> losses = new ArrayList<>();
    int hosts = 0;
    for (HostOffer offer : fleet.hosts()) {
      List<Demand> domains = copy.domainsOn(offer.name());
      if (offer.condition() == HostCondition.LOST || domains.isEmpty()) {
        continue;
      }
      hosts++;
      copy.setCondition(offer.name(), HostCondition.LOST);
      Rehoming rehoming = new Rehoming(copy, placer);
      rehoming.empty(offer.name(), false);
      if (!rehoming.stuck().isEmpty()) {
        losses.add(new Loss(offer.name(), domains.size(), rehoming.stuck()));
      }
      domains.forEach(domain -> copy.place(domain, offer.name()));
      copy.setCondition(offer.name(), offer.condition());
    }
    return new LossReport(hosts, List.copyOf(losses));
  }

  /** Whether the cluster could lose any one host. */
  public boolean survivesAny() {
    return losses.isEmpty();
  }

  /** For a terminal: the answer, then for each such host the domains that would find no place. */
  public String text() {
    if (survivesAny()) {
      return "the cluster can lose any one of its %d hosts with domains%n".formatted(hosts);
    }
    StringBuilder text =
        new StringBuilder(
            "the cluster cannot lose any one host: the loss of %d of %d would not be absorbed%n"
                .formatted(losses.size(), hosts));
    for (Loss loss : losses) {
      text.append(
          "host %s: %d of %d domains would find no place%n"
              .formatted(loss.host(), loss.stuck().size(), loss.domains()));
      for (Stuck stuck : loss.stuck()) {
        text.append("  ").append(stuck.reason()).append('\n');
      }
    }
    return text.toString();
  }
}
