package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The placed domains with the same labels; selectors are tried once for all of them. */
final class LabelGroup {
  final Map<String, String> labels;

  /** {@link PlacedDomain#indexInGroup} is the index. */
  final List<PlacedDomain> domains = new ArrayList<>();

  /** The selectors of rules that match these labels. */
  final List<TrackedSelector> selectors = new ArrayList<>();

  LabelGroup(Map<String, String> labels) {
    this.labels = labels;
  }
}
