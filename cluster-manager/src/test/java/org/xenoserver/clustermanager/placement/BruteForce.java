package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rules of placement said once more, as plainly as possible and without any index. */
final class BruteForce {
  final Map<String, HostOffer> hosts = new LinkedHashMap<>();
  final Map<String, Demand> demands = new LinkedHashMap<>();
  final Map<String, String> hostOf = new HashMap<>();

  /** What a victim set costs, smaller first. */
  record Cost(int priority, int victims, long memoryBytes) implements Comparable<Cost> {
    @Override
    public int compareTo(Cost other) {
      if (priority != other.priority) {
        return Integer.compare(priority, other.priority);
      }
      return victims != other.victims
          ? Integer.compare(victims, other.victims)
          : Long.compare(memoryBytes, other.memoryBytes);
    }
  }

  void place(Demand demand, String host) {
    demands.put(demand.domain(), demand);
    hostOf.put(demand.domain(), host);
  }

  void remove(String domain) {
    demands.remove(domain);
    hostOf.remove(domain);
  }

  private HostOffer host(String name) {
    return Objects.requireNonNull(hosts.get(name));
  }

  List<Demand> on(String host) {
    return demands.values().stream().filter(d -> host.equals(hostOf.get(d.domain()))).toList();
  }

  Resources free(String host) {
    Resources free = host(host).promisable();
    for (Demand demand : on(host)) {
      free = free.minus(demand.resources());
    }
    return free;
  }

  List<String> feasible(Demand demand) {
    return hosts.keySet().stream().filter(host -> allows(demand, host)).toList();
  }

  boolean allows(Demand demand, String name) {
    HostOffer host = host(name);
    return isAlike(demand, host)
        && (demand.onlyHosts().isEmpty() || demand.onlyHosts().contains(name))
        && !demand.notHosts().contains(name)
        && fits(demand.resources(), free(name))
        && demand.rules().stream().allMatch(rule -> holds(demand, rule, host))
        && demands.values().stream().noneMatch(placed -> minds(placed, demand, host));
  }

  private static boolean isAlike(Demand demand, HostOffer host) {
    return host.condition() == HostCondition.UP
        && (demand.machine().isEmpty() || demand.machine().equals(host.machine()))
        && (demand.engine().isEmpty() || demand.engine().equals(host.engine()))
        && demand.hosts().matches(host.labels());
  }

  private static boolean fits(Resources wanted, Resources free) {
    return (wanted.vcpus() == 0 || wanted.vcpus() <= free.vcpus())
        && (wanted.memoryBytes() == 0 || wanted.memoryBytes() <= free.memoryBytes())
        && (wanted.diskBytes() == 0 || wanted.diskBytes() <= free.diskBytes());
  }

  private boolean holds(Demand demand, DomainRule rule, HostOffer host) {
    if (place(host, rule.scope()).isEmpty()) {
      return rule instanceof DomainRule.Affinity && isFirst(demand, rule);
    }
    long here = count(rule, placed -> together(placed, host, rule.scope()));
    return switch (rule) {
      case DomainRule.Affinity _ -> here > 0 || isFirst(demand, rule);
      case DomainRule.AntiAffinity _ -> here == 0;
      case DomainRule.Spread spread -> here + 1 - fewest(demand, spread) <= spread.maxSkew();
    };
  }

  private boolean isFirst(Demand demand, DomainRule rule) {
    return count(rule, placed -> true) == 0 && rule.domains().matches(demand.labels());
  }

  private long fewest(Demand demand, DomainRule.Spread spread) {
    return hosts.values().stream()
        .filter(host -> isAlike(demand, host) && !place(host, spread.scope()).isEmpty())
        .mapToLong(host -> count(spread, placed -> together(placed, host, spread.scope())))
        .min()
        .orElse(0);
  }

  private long count(DomainRule rule, Predicate<Demand> where) {
    return demands.values().stream()
        .filter(placed -> rule.domains().matches(placed.labels()) && where.test(placed))
        .count();
  }

  private boolean minds(Demand placed, Demand comer, HostOffer host) {
    return placed.rules().stream()
        .anyMatch(rule ->
            rule instanceof DomainRule.AntiAffinity
                && rule.domains().matches(comer.labels())
                && together(placed, host, rule.scope()));
  }

  private boolean together(Demand placed, HostOffer host, Scope scope) {
    List<String> there = place(host(hostOf.getOrDefault(placed.domain(), "")), scope);
    return !there.isEmpty() && there.equals(place(host, scope));
  }

  private static List<String> place(HostOffer host, Scope scope) {
    if (scope.depth() == 0) {
      return List.of(host.name());
    }
    return scope.depth() > host.failureDomain().size()
        ? List.of()
        : host.failureDomain().subList(0, scope.depth());
  }

  double score(Demand demand, String name, Policy policy) {
    Resources whole = host(name).promisable();
    Resources used = whole.minus(free(name)).plus(demand.resources());
    return policy.score(
        share(used.vcpus(), whole.vcpus()),
        share(used.memoryBytes(), whole.memoryBytes()),
        share(used.diskBytes(), whole.diskBytes()),
        on(name).isEmpty());
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** The cost of the cheapest victims over all hosts and all sets; null if none suffice. */
  @Nullable Cost cheapestVictims(Demand demand) {
    Cost cheapest = null;
    for (String host : hosts.keySet()) {
      List<Demand> lower =
          on(host).stream().filter(placed -> placed.priority() < demand.priority()).toList();
      for (int set = 1; set < 1 << lower.size(); set++) {
        List<Demand> victims = new ArrayList<>();
        for (int i = 0; i < lower.size(); i++) {
          if ((set >> i & 1) != 0) {
            victims.add(lower.get(i));
          }
        }
        Cost cost = cost(victims);
        if ((cheapest == null || cost.compareTo(cheapest) < 0) && suffice(demand, host, victims)) {
          cheapest = cost;
        }
      }
    }
    return cheapest;
  }

  Cost cost(List<Demand> victims) {
    return new Cost(
        victims.stream().mapToInt(Demand::priority).max().orElseThrow(),
        victims.size(),
        victims.stream().mapToLong(victim -> victim.resources().memoryBytes()).sum());
  }

  boolean suffice(Demand demand, String host, List<Demand> victims) {
    victims.forEach(victim -> remove(victim.domain()));
    boolean allowed = allows(demand, host);
    victims.forEach(victim -> place(victim, host));
    return allowed;
  }
}
