package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Placed domains by their labels, and how many of them each rule's selector finds where. */
final class DomainIndex {
  /** Selectors kept although no placed domain's rules name them. */
  private static final int IDLE_SELECTORS = 1024;

  private final Map<Map<String, String>, LabelGroup> groups = new HashMap<>();
  private final Map<Label, Set<LabelGroup>> groupsByLabel = new HashMap<>();
  private final Map<Selector, TrackedSelector> selectors = new HashMap<>();
  private final Map<Label, Set<TrackedSelector>> selectorsByLabel = new HashMap<>();

  /** Selectors without a term that names a value. */
  private final Set<TrackedSelector> otherSelectors = new LinkedHashSet<>();

  private int idleSelectors;
  private @Nullable LabelGroup withoutDomains;

  private record Label(String key, String value) {}

  /** The group of labels; one without domains stays until the next is asked for. */
  LabelGroup group(Map<String, String> labels) {
    LabelGroup group = groups.get(labels);
    if (group != null) {
      return group;
    }
    if (withoutDomains != null) {
      drop(withoutDomains);
    }
    group = new LabelGroup(labels);
    groups.put(labels, group);
    for (Map.Entry<String, String> entry : labels.entrySet()) {
      Label label = new Label(entry.getKey(), entry.getValue());
      groupsByLabel.computeIfAbsent(label, key -> new LinkedHashSet<>()).add(group);
      for (TrackedSelector tracked : selectorsByLabel.getOrDefault(label, Set.of())) {
        join(tracked, group);
      }
    }
    for (TrackedSelector tracked : otherSelectors) {
      join(tracked, group);
    }
    withoutDomains = group;
    return group;
  }

  private static void join(TrackedSelector tracked, LabelGroup group) {
    if (tracked.selector.matches(group.labels)) {
      tracked.groups.add(group);
      group.selectors.add(tracked);
    }
  }

  private void drop(LabelGroup group) {
    groups.remove(group.labels);
    for (Map.Entry<String, String> entry : group.labels.entrySet()) {
      Label label = new Label(entry.getKey(), entry.getValue());
      Set<LabelGroup> sharing = groupsByLabel.get(label);
      if (sharing != null) {
        sharing.remove(group);
        if (sharing.isEmpty()) {
          groupsByLabel.remove(label);
        }
      }
    }
    for (TrackedSelector tracked : group.selectors) {
      tracked.groups.remove(group);
    }
    if (group == withoutDomains) {
      withoutDomains = null;
    }
  }

  /** The counts of a selector, from now on kept. */
  TrackedSelector selector(Selector selector) {
    TrackedSelector known = selectors.get(selector);
    if (known != null) {
      return known;
    }
    if (idleSelectors >= IDLE_SELECTORS) {
      dropIdleSelectors();
    }
    TrackedSelector tracked = new TrackedSelector(selector);
    selectors.put(selector, tracked);
    idleSelectors++;
    for (LabelGroup group : candidates(tracked)) {
      int before = tracked.groups.size();
      join(tracked, group);
      if (tracked.groups.size() > before) {
        tracked.members += group.domains.size();
      }
    }
    return tracked;
  }

  /** Files a selector under what it names, and answers the groups it may match. */
  private Collection<LabelGroup> candidates(TrackedSelector tracked) {
    List<Label> labels = namedLabels(tracked.selector);
    if (labels.isEmpty()) {
      otherSelectors.add(tracked);
      return groups.values();
    }
    Set<LabelGroup> found = new LinkedHashSet<>();
    for (Label label : labels) {
      selectorsByLabel.computeIfAbsent(label, key -> new LinkedHashSet<>()).add(tracked);
      found.addAll(groupsByLabel.getOrDefault(label, Set.of()));
    }
    return found;
  }

  private static List<Label> namedLabels(Selector selector) {
    for (Selector.Term term : selector.terms()) {
      if (term instanceof Selector.Term.In in) {
        return in.values().stream().map(value -> new Label(in.key(), value)).toList();
      }
    }
    return List.of();
  }

  private void dropIdleSelectors() {
    Iterator<TrackedSelector> all = selectors.values().iterator();
    while (all.hasNext()) {
      TrackedSelector tracked = all.next();
      if (tracked.users > 0) {
        continue;
      }
      all.remove();
      unfile(tracked);
    }
    idleSelectors = 0;
  }

  private void unfile(TrackedSelector tracked) {
    otherSelectors.remove(tracked);
    for (Label label : namedLabels(tracked.selector)) {
      Set<TrackedSelector> sharing = selectorsByLabel.get(label);
      if (sharing != null) {
        sharing.remove(tracked);
        if (sharing.isEmpty()) {
          selectorsByLabel.remove(label);
        }
      }
    }
    for (LabelGroup group : tracked.groups) {
      group.selectors.remove(tracked);
    }
  }

  /** Takes up a domain on a host. */
  PlacedDomain add(Demand demand, Host host) {
    LabelGroup group = group(demand.labels());
    if (group == withoutDomains) {
      withoutDomains = null;
    }
    PlacedDomain placed = new PlacedDomain(demand, host, group, used(demand));
    placed.indexInGroup = group.domains.size();
    group.domains.add(placed);
    count(placed, 1);
    return placed;
  }

  private List<TrackedSelector> used(Demand demand) {
    if (demand.rules().isEmpty()) {
      return List.of();
    }
    List<TrackedSelector> found = new ArrayList<>(demand.rules().size());
    for (DomainRule rule : demand.rules()) {
      TrackedSelector tracked = selector(rule.domains());
      if (tracked.users++ == 0) {
        idleSelectors--;
      }
      found.add(tracked);
    }
    return found;
  }

  void remove(PlacedDomain placed) {
    count(placed, -1);
    for (TrackedSelector tracked : placed.selectors) {
      if (--tracked.users > 0) {
        continue;
      }
      if (tracked.members > 0) {
        idleSelectors++;
      } else {
        selectors.remove(tracked.selector);
        unfile(tracked);
      }
    }
    LabelGroup group = placed.group;
    PlacedDomain last = group.domains.removeLast();
    if (last != placed) {
      group.domains.set(placed.indexInGroup, last);
      last.indexInGroup = placed.indexInGroup;
    }
    if (group.domains.isEmpty()) {
      drop(group);
    }
  }

  /** Counts a domain in, or out, where its host is. */
  void count(PlacedDomain placed, int change) {
    for (TrackedSelector tracked : placed.group.selectors) {
      tracked.countMember(placed.host, change);
    }
    List<DomainRule> rules = placed.demand.rules();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof DomainRule.AntiAffinity anti) {
        placed.selectors.get(i).countOpponent(placed.host, anti.scope().depth(), change);
      }
    }
  }
}
