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
   * @param domains which are counted: those that match, or those whose anti-affinity this is
   * @param placeless whether a host is allowed that is in no place of the depth
   * @param rule the domain's own rule; null where others' anti-affinity forbids places
   */
  record Condition(
      SparseLongs counts,
      Selector domains,
      int depth,
      int atLeast,
      int atMost,
      boolean placeless,
      @Nullable DomainRule rule) {

    /** How much of the count of its place a placed domain makes up. */
    int share(PlacedDomain placed) {
      if (rule != null) {
        return domains.matches(placed.demand.labels()) ? 1 : 0;
      }
      int rules = 0;
      for (DomainRule theirs : placed.demand.rules()) {
        if (theirs instanceof DomainRule.AntiAffinity
            && theirs.scope().depth() == depth
            && theirs.domains().equals(domains)) {
          rules++;
        }
      }
      return rules;
    }

    boolean allows(int place) {
      if (place < 0) {
        return placeless;
      }
      long count = counts.at(place);
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
      Demand demand, HostTable hosts, HostIndex index, DomainIndex domains, int[] excludedHosts) {
    LabelGroup group = domains.group(demand.labels());
    List<Condition> conditions = new ArrayList<>(4);
    List<DomainRule> rules = demand.rules();
    for (int i = 0; i < rules.size(); i++) {
      DomainRule rule = rules.get(i);
      int depth = rule.scope().depth();
      TrackedSelector tracked = domains.selector(rule.domains());
      SparseLongs members = tracked.members(depth);
      switch (rule) {
        case DomainRule.AntiAffinity anti ->
            conditions.add(new Condition(members, rule.domains(), depth, 0, 0, false, anti));
        case DomainRule.Affinity affinity -> {
          if (tracked.members > 0 || !tracked.selector.matches(demand.labels())) {
            conditions.add(
                new Condition(
                    members, rule.domains(), depth, 1, Integer.MAX_VALUE, false, affinity));
          }
        }
        case DomainRule.Spread spread -> {
          int most = least(members, index.match(demand).areas(depth)) + spread.maxSkew() - 1;
          conditions.add(new Condition(members, rule.domains(), depth, 0, most, false, spread));
        }
      }
    }
    for (TrackedSelector tracked : group.selectors) {
      for (int depth = 0; depth <= Scope.DEPTHS; depth++) {
        SparseLongs opponents = tracked.opponents(depth);
        if (opponents != null && opponents.size() > 0) {
          conditions.add(new Condition(opponents, tracked.selector, depth, 0, 0, true, null));
        }
      }
    }
    return new Constraints(hosts, conditions, excludedHosts);
  }

  private static int least(SparseLongs counts, int[] areas) {
    if (counts.size() < areas.length) {
      return 0;
    }
    long least = Integer.MAX_VALUE;
    for (int area : areas) {
      least = Math.min(least, counts.at(area));
      if (least == 0) {
        return 0;
      }
    }
    return areas.length == 0 ? 0 : (int) least;
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

  /** Whether any condition is about failure domains. */
  boolean concernSites() {
    for (int i = 0; i < conditions.size(); i++) {
      if (conditions.get(i).depth > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether the conditions about failure domains allow a site. */
  boolean allow(Areas.Site site) {
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      if (condition.depth > 0 && !condition.allows(site.area(condition.depth))) {
        return false;
      }
    }
    return true;
  }

  /** The hosts that alone are allowed, being where others are; null if nothing says so. */
  @Nullable SparseLongs onlyHosts() {
    SparseLongs fewest = null;
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      if (condition.atLeast > 0
          && condition.depth == 0
          && (fewest == null || condition.counts.size() < fewest.size())) {
        fewest = condition.counts;
      }
    }
    return fewest;
  }

  /** Whether a condition says which failure domains alone are allowed. */
  boolean nameSites() {
    for (int i = 0; i < conditions.size(); i++) {
      if (conditions.get(i).atLeast > 0 && conditions.get(i).depth > 0) {
        return true;
      }
    }
    return false;
  }
}
