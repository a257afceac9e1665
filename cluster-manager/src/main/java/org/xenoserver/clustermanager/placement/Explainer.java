package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.placement.Explanation.Candidate;
import org.xenoserver.clustermanager.placement.Explanation.Rejection;

/** Looks at every host in turn and says what it finds. */
final class Explainer {
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score).reversed().thenComparing(Candidate::host);

  private final Fleet fleet;
  private final Demand demand;
  private final Constraints constraints;

  Explainer(Fleet fleet, Demand demand) {
    this.fleet = fleet;
    this.demand = demand;
    this.constraints = fleet.constraints(demand);
  }

  Explanation explain(Policy policy, Optional<String> chosen) {
    List<Candidate> candidates = new ArrayList<>();
    List<Rejection> rejections = new ArrayList<>();
    for (Host host : fleet.all()) {
      Rejection rejection = reject(host);
      if (rejection != null) {
        rejections.add(rejection);
      } else {
        candidates.add(
            new Candidate(
                host.offer.name(),
                fleet.table().score(host.id, demand.resources(), policy),
                fleet.table().free(host.id),
                host.domains.size()));
      }
    }
    candidates.sort(BEST_FIRST);
    return new Explanation(demand, policy.name(), chosen, candidates, rejections);
  }

  private @Nullable Rejection reject(Host host) {
    HostOffer offer = host.offer;
    if (offer.condition() != HostCondition.UP) {
      return rejection(host, Filter.STATE, offer.condition().sentence());
    }
    if (!demand.machine().isEmpty() && !demand.machine().equals(offer.machine())) {
      return rejection(host, Filter.MACHINE, differs("machine", offer.machine(), demand.machine()));
    }
    if (!demand.engine().isEmpty() && !demand.engine().equals(offer.engine())) {
      return rejection(host, Filter.ENGINE, differs("engine", offer.engine(), demand.engine()));
    }
    for (Selector.Term term : demand.hosts().terms()) {
      String value = offer.labels().get(term.key());
      if (!term.matches(value)) {
        String has =
            value == null ? "has no label " + term.key() : "has " + term.key() + "=" + value;
        return rejection(host, Filter.LABELS, has + ", and " + term + " is demanded");
      }
    }
    if (!demand.onlyHosts().isEmpty() && !demand.onlyHosts().contains(offer.name())) {
      return rejection(host, Filter.HOST_RULE, "is not one of the hosts allowed");
    }
    if (demand.notHosts().contains(offer.name())) {
      return rejection(host, Filter.HOST_RULE, "is one of the hosts not allowed");
    }
    Resources free = fleet.table().free(host.id);
    if (!free.covers(demand.resources())) {
      return rejection(host, Filter.CAPACITY, lack(free, offer.promisable()));
    }
    for (Constraints.Condition condition : constraints.conditions()) {
      if (!condition.allows(host.place(condition.depth()))) {
        return broken(host, condition);
      }
    }
    return null;
  }

  private static Rejection rejection(Host host, Filter filter, String reason) {
    return new Rejection(host.offer.name(), filter, reason);
  }

  private static String differs(String what, String has, String wanted) {
    return (has.isEmpty() ? "does not say its " + what : "has the " + what + " " + has)
        + ", and "
        + wanted
        + " is demanded";
  }

  private String lack(Resources free, Resources promisable) {
    Resources wanted = demand.resources();
    List<String> lacks = new ArrayList<>();
    if (wanted.vcpus() > 0 && free.vcpus() < wanted.vcpus()) {
      lacks.add(
          "%d of %d vCPUs free, %d asked for"
              .formatted(free.vcpus(), promisable.vcpus(), wanted.vcpus()));
    }
    if (wanted.memoryBytes() > 0 && free.memoryBytes() < wanted.memoryBytes()) {
      lacks.add(lack("memory", free.memoryBytes(), promisable.memoryBytes(), wanted.memoryBytes()));
    }
    if (wanted.diskBytes() > 0 && free.diskBytes() < wanted.diskBytes()) {
      lacks.add(lack("disk", free.diskBytes(), promisable.diskBytes(), wanted.diskBytes()));
    }
    return "has " + String.join("; ", lacks);
  }

  private static String lack(String what, long free, long promisable, long wanted) {
    return "%s of %s %s free, %s asked for"
        .formatted(Bytes.text(free), Bytes.text(promisable), what, Bytes.text(wanted));
  }

  private Rejection broken(Host host, Constraints.Condition condition) {
    Scope scope = new Scope(condition.depth());
    int place = host.place(condition.depth());
    String where = place < 0 ? "" : scope.place(host.offer);
    long count = place < 0 ? 0 : condition.counts().at(place);
    String none = "says no failure domain at depth " + condition.depth();
    return switch (condition.rule()) {
      case null ->
          rejection(
              host,
              Filter.ANTI_AFFINITY,
              "is with %d in %s that want to be apart from this one".formatted(count, where));
      case DomainRule.Affinity rule ->
          rejection(
              host,
              Filter.AFFINITY,
              place < 0 ? none : "is without any %s in %s".formatted(rule.domains(), where));
      case DomainRule.AntiAffinity rule ->
          rejection(
              host,
              Filter.ANTI_AFFINITY,
              place < 0 ? none : "is with %d of %s in %s".formatted(count, rule.domains(), where));
      case DomainRule.Spread rule ->
          rejection(
              host,
              Filter.SPREAD,
              place < 0
                  ? none
                  : "is with %d of %s in %s, where %d would be even"
                      .formatted(count, rule.domains(), where, condition.atMost()));
    };
  }
}
