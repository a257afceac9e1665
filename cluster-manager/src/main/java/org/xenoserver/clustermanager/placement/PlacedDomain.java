package org.xenoserver.clustermanager.placement;

import java.util.List;

/** A domain on a host. */
final class PlacedDomain {
  final Demand demand;
  final Host host;
  final LabelGroup group;

  /** Those of its rules, in their order. */
  final List<TrackedSelector> selectors;

  int indexOnHost;
  int indexInGroup;

  PlacedDomain(Demand demand, Host host, LabelGroup group, List<TrackedSelector> selectors) {
    this.demand = demand;
    this.host = host;
    this.group = group;
    this.selectors = selectors;
  }
}
