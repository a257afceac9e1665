package org.xenoserver.clustermanager.placement;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A selector of rules, and in which places there are how many domains that concern it. */
final class TrackedSelector {
  final Selector selector;
  final Set<LabelGroup> groups = new LinkedHashSet<>();

  /** Placed domains that match. */
  int members;

  /** Rules of placed domains that name it. */
  int users;

  private final @Nullable SparseLongs[] membersByDepth =
      new @Nullable SparseLongs[Scope.DEPTHS + 1];
  private final @Nullable SparseLongs[] opponentsByDepth =
      new @Nullable SparseLongs[Scope.DEPTHS + 1];

  TrackedSelector(Selector selector) {
    this.selector = selector;
  }

  /** Where the domains are that match; counted from the first time somebody asks. */
  SparseLongs members(int depth) {
    SparseLongs counts = membersByDepth[depth];
    if (counts == null) {
      counts = new SparseLongs();
      for (LabelGroup group : groups) {
        for (PlacedDomain domain : group.domains) {
          counts.add(domain.host.place(depth), 1);
        }
      }
      membersByDepth[depth] = counts;
    }
    return counts;
  }

  /** Where the domains are that do not want to be together with those that match. */
  @Nullable SparseLongs opponents(int depth) {
    return opponentsByDepth[depth];
  }

  void countMember(Host host, int change) {
    members += change;
    for (int depth = 0; depth <= Scope.DEPTHS; depth++) {
      SparseLongs counts = membersByDepth[depth];
      if (counts != null) {
        counts.add(host.place(depth), change);
      }
    }
  }

  void countOpponent(Host host, int depth, int change) {
    SparseLongs counts = opponentsByDepth[depth];
    if (counts == null) {
      counts = new SparseLongs();
      opponentsByDepth[depth] = counts;
    }
    counts.add(host.place(depth), change);
  }
}
