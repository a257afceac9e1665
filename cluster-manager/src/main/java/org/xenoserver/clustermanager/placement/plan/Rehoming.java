package org.xenoserver.clustermanager.placement.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Resources;

/**
 * Finds new hosts for the domains of a host that takes none itself: the most precious first, of
 * those the largest, as they fit in the fewest places; then once more those that did not fit, as
 * rules may allow them where the others have gone.
 */
final class Rehoming {
  private final Fleet fleet;
  private final Placer placer;
  private final List<Move> moves = new ArrayList<>();
  private final List<Stuck> stuck = new ArrayList<>();

  /** Works on a fleet that may be changed. */
  Rehoming(Fleet fleet, Placer placer) {
    this.fleet = fleet;
    this.placer = placer;
  }

  /**
   * Moves a host's domains; those without another host stay.
   *
   * @param leaving whether domains leave one by one, so that those still there count for rules and
   *     room; otherwise all are gone at once
   */
  void empty(String host, boolean leaving) {
    List<Demand> domains = new ArrayList<>(fleet.domainsOn(host));
    domains.sort(order(fleet.offer(host).orElseThrow()));
    if (!leaving) {
      domains.forEach(domain -> fleet.remove(domain.domain()));
    }
    List<Demand> left = pass(domains, host, leaving);
    if (!left.isEmpty() && left.size() < domains.size()) {
      left = pass(left, host, leaving);
    }
    for (Demand domain : left) {
      fleet.remove(domain.domain());
      String reason = placer.explain(domain, Optional.empty()).summary();
      stuck.add(new Stuck(domain.domain(), reason));
      if (leaving) {
        fleet.place(domain, host);
      }
    }
  }

  private List<Demand> pass(List<Demand> domains, String host, boolean leaving) {
    List<Demand> left = new ArrayList<>();
    for (Demand domain : domains) {
      fleet.remove(domain.domain());
      Optional<String> target = placer.decide(domain).host();
      if (target.isPresent()) {
        fleet.place(domain, target.get());
        moves.add(new Move(domain.domain(), host, target.get()));
        continue;
      }
      left.add(domain);
      if (leaving) {
        fleet.place(domain, host);
      }
    }
    return left;
  }

  private static Comparator<Demand> order(HostOffer host) {
    Resources whole = host.promisable();
    return Comparator.comparingInt(Demand::priority)
        .thenComparingDouble(demand -> share(demand.resources(), whole))
        .reversed()
        .thenComparing(Demand::domain);
  }

  /** The share of what it takes the largest share of. */
  static double share(Resources part, Resources whole) {
    return Math.max(
        (double) part.vcpus() / Math.max(1, whole.vcpus()),
        Math.max(
            (double) part.memoryBytes() / Math.max(1, whole.memoryBytes()),
            (double) part.diskBytes() / Math.max(1, whole.diskBytes())));
  }

  List<Move> moves() {
    return List.copyOf(moves);
  }

  List<Stuck> stuck() {
    return List.copyOf(stuck);
  }
}
