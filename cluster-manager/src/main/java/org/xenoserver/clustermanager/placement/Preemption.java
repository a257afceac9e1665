package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cheapest set of domains of lower priority that makes room for one: the set whose highest
 * priority is lowest, of those the one with the fewest domains, of those the one with the least
 * memory, then the host first by name. Exact for hosts with up to {@value #EXACT} domains of lower
 * priority; on others a small set is found, not always the smallest.
 */
final class Preemption {
  private static final int EXACT = 16;

  private static final Comparator<PlacedDomain> CHEAPEST_FIRST =
      Comparator.<PlacedDomain>comparingInt(placed -> placed.demand.priority())
          .thenComparingLong(placed -> placed.demand.resources().memoryBytes())
          .thenComparing(placed -> placed.demand.domain());

  private final Fleet fleet;
  private final Demand demand;
  private final Constraints constraints;
  private @Nullable Cost best;

  private record Cost(Host host, List<PlacedDomain> victims, int priority, long memoryBytes) {
    boolean isBelow(@Nullable Cost other) {
      if (other == null || priority != other.priority) {
        return other == null || priority < other.priority;
      }
      if (victims.size() != other.victims.size()) {
        return victims.size() < other.victims.size();
      }
      return memoryBytes < other.memoryBytes;
    }
  }

  Preemption(Fleet fleet, Demand demand) {
    this.fleet = fleet;
    this.demand = demand;
    this.constraints = fleet.constraints(demand);
  }

  Optional<Eviction> find() {
    List<Pool> pools = fleet.match(demand).pools();
    for (Host host : fleet.all()) {
      String name = host.offer.name();
      if (HostIndex.has(pools, host)
          && !demand.notHosts().contains(name)
          && (demand.onlyHosts().isEmpty() || demand.onlyHosts().contains(name))) {
        consider(host);
      }
    }
    return Optional.ofNullable(best)
        .map(cost ->
            new Eviction(
                demand.domain(),
                cost.host.offer.name(),
                cost.victims.stream().map(placed -> placed.demand.domain()).sorted().toList(),
                cost.priority));
  }

  private void consider(Host host) {
    List<PlacedDomain> lower = new ArrayList<>();
    Resources most = fleet.table().free(host.id);
    for (PlacedDomain placed : host.domains) {
      if (placed.demand.priority() < demand.priority()) {
        lower.add(placed);
        most = most.plus(placed.demand.resources());
      }
    }
    if (lower.isEmpty() || !most.covers(demand.resources())) {
      return;
    }
    lower.sort(CHEAPEST_FIRST);
    for (int end = 1; end <= lower.size(); end++) {
      int priority = lower.get(end - 1).demand.priority();
      boolean complete = end == lower.size() || lower.get(end).demand.priority() > priority;
      if (best != null && priority > best.priority) {
        return;
      }
      if (complete && considerUpTo(host, lower.subList(0, end))) {
        return;
      }
    }
  }

  /** Whether some of the domains suffice; the cheapest of such sets is offered as the best. */
  private boolean considerUpTo(Host host, List<PlacedDomain> some) {
    if (some.size() > EXACT) {
      return considerLarge(host, some);
    }
    int limit = best == null ? some.size() : Math.min(some.size(), best.victims.size());
    int priority = some.getLast().demand.priority();
    if (best != null && priority < best.priority) {
      limit = some.size();
    }
    Cost cheapest = null;
    for (int size = 1; size <= limit && cheapest == null; size++) {
      for (int set = (1 << size) - 1; set < 1 << some.size(); set = following(set)) {
        List<PlacedDomain> victims = chosen(some, set);
        if (suffices(host, victims)) {
          Cost cost = cost(host, victims);
          cheapest = cost.isBelow(cheapest) ? cost : cheapest;
        }
      }
    }
    return offer(cheapest);
  }

  /** The next larger number with as many bits set. */
  private static int following(int set) {
    int lowest = set & -set;
    int ripple = set + lowest;
    return ripple | ((set ^ ripple) >>> 2) / lowest;
  }

  private static List<PlacedDomain> chosen(List<PlacedDomain> some, int set) {
    List<PlacedDomain> victims = new ArrayList<>(Integer.bitCount(set));
    for (int rest = set; rest != 0; rest &= rest - 1) {
      victims.add(some.get(Integer.numberOfTrailingZeros(rest)));
    }
    return victims;
  }

  /** All of them, less those that can stay, the most precious first. */
  private boolean considerLarge(Host host, List<PlacedDomain> some) {
    List<PlacedDomain> victims = new ArrayList<>(some);
    if (!suffices(host, victims)) {
      return false;
    }
    for (int i = victims.size() - 1; i >= 0 && victims.size() > 1; i--) {
      PlacedDomain spared = victims.remove(i);
      if (!suffices(host, victims)) {
        victims.add(i, spared);
      }
    }
    return offer(cost(host, victims));
  }

  private boolean offer(@Nullable Cost cost) {
    if (cost != null && cost.isBelow(best)) {
      best = cost;
    }
    return cost != null;
  }

  private static Cost cost(Host host, List<PlacedDomain> victims) {
    int priority = Integer.MIN_VALUE;
    long memoryBytes = 0;
    for (PlacedDomain victim : victims) {
      priority = Math.max(priority, victim.demand.priority());
      memoryBytes += victim.demand.resources().memoryBytes();
    }
    return new Cost(host, victims, priority, memoryBytes);
  }

  private boolean suffices(Host host, List<PlacedDomain> victims) {
    Resources free = fleet.table().free(host.id);
    for (PlacedDomain victim : victims) {
      free = free.plus(victim.demand.resources());
    }
    if (!free.covers(demand.resources())) {
      return false;
    }
    for (Constraints.Condition condition : constraints.conditions()) {
      if (!allows(host, condition, victims)) {
        return false;
      }
    }
    return true;
  }

  private boolean allows(Host host, Constraints.Condition condition, List<PlacedDomain> victims) {
    int gone = 0;
    for (PlacedDomain victim : victims) {
      gone += condition.share(victim);
    }
    if (condition.rule() instanceof DomainRule.Affinity affinity
        && gone == fleet.domains().selector(affinity.domains()).members
        && affinity.domains().matches(demand.labels())) {
      return true;
    }
    int place = host.place(condition.depth());
    if (place < 0) {
      return condition.placeless();
    }
    long count = condition.counts().at(place) - gone;
    return count >= condition.atLeast() && count <= condition.atMost();
  }
}
