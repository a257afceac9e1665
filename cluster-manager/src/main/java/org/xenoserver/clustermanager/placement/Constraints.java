package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of one domain, and of those placed already, say about each place, at the time they
 * were worked out: a place is allowed if its count is within bounds.
 */
final class Constraints {
  private final HostTable hosts;
  private final List<Condition> conditions;
  private final int[] excludedHosts;

  /**
   * The places of a depth are allowed that have at least and at most so many.
   *
   * @param placeless whether a host is allowed that is in no place of the depth
   * @param rule the domain's own rule; null where others' anti-affinity forbids places
   */
  record Condition(
      Counts counts,
      int depth,
      int atLeast,
      int atMost,
      boolean placeless,
      @Nullable DomainRule rule) {

    boolean allows(int place) {
      if (place < 0) {
        return placeless;
      }
      int count = counts.at(place);
      return count >= atLeast && count <= atMost;
    }
  }

  private Constraints(HostTable hosts, List<Condition> conditions, int[] excludedHosts) {
    this.hosts = hosts;
    this.conditions = conditions;
    this.excludedHosts = excludedHosts;
  }

  /**
   * Works out a domain's.
   *
   * @param excludedHosts numbers of the hosts it must not go to
   */
  static Constraints of(
      Demand demand,
      HostTable hosts,
      HostIndex index,
      DomainIndex domains,
      int[] excludedHosts) {
    LabelGroup group = domains.group(demand.labels());
    List<Condition> conditions = new ArrayList<>(4);
    List<DomainRule> rules = demand.rules();
    for (int i = 0; i < rules.size(); i++) {
      DomainRule rule = rules.get(i);
      int depth = rule.scope().depth();
      TrackedSelector tracked = domains.selector(rule.domains());
      Counts members = tracked.members(depth);
      switch (rule) {
        case DomainRule.AntiAffinity anti ->
            conditions.add(new Condition(members, depth, 0, 0, false, anti));
        case DomainRule.Affinity affinity -> {
          if (tracked.members > 0 || !tracked.selector.matches(demand.labels())) {
            conditions.add(new Condition(members, depth, 1, Integer.MAX_VALUE, false, affinity));
          }
        }
        case DomainRule.Spread spread -> {
          int most = least(members, index.match(demand).areas(depth)) + spread.maxSkew() - 1;
          conditions.add(new Condition(members, depth, 0, most, false, spread));
        }
      }
    }
    for (TrackedSelector tracked : group.selectors) {
      for (int depth = 0; depth <= Scope.DEPTHS; depth++) {
        Counts opponents = tracked.opponents(depth);
        if (opponents != null && opponents.size() > 0) {
          conditions.add(new Condition(opponents, depth, 0, 0, true, null));
        }
      }
    }
    return new Constraints(hosts, conditions, excludedHosts);
  }

  private static int least(Counts counts, int[] areas) {
    if (counts.size() < areas.length) {
      return 0;
    }
    int least = Integer.MAX_VALUE;
    for (int area : areas) {
      least = Math.min(least, counts.at(area));
      if (least == 0) {
        return 0;
      }
    }
    return areas.length == 0 ? 0 : least;
  }

  List<Condition> conditions() {
    return conditions;
  }

  boolean areNone() {
    return conditions.isEmpty() && excludedHosts.length == 0;
  }

  boolean allow(int id) {
    for (int excluded : excludedHosts) {
      if (excluded == id) {
        return false;
      }
    }
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      int place = condition.depth == 0 ? id : hosts.at(id).place(condition.depth);
      if (!condition.allows(place)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the conditions of a failure domain's own depth allow it. */
  boolean allowArea(int depth, int area) {
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      if (condition.depth == depth && !condition.allows(area)) {
        return false;
      }
    }
    return true;
  }

  /** The depth of the smallest failure domains that conditions are about; 0 if none are. */
  int areaDepth() {
    int depth = 0;
    for (int i = 0; i < conditions.size(); i++) {
      depth = Math.max(depth, conditions.get(i).depth);
    }
    return depth;
  }

  /** The condition that says which places alone are allowed; the one of fewest; null if none. */
  @Nullable Condition narrowest() {
    Condition narrowest = null;
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      if (condition.atLeast > 0
          && (narrowest == null || condition.counts.size() < narrowest.counts.size())) {
        narrowest = condition;
      }
    }
    return narrowest;
  }
}
