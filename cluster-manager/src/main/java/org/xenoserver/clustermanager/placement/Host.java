package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host in the fleet, and where the indexes keep it. */
final class Host {
  final int id;
  HostOffer offer;
  Areas.Site site;

  /** Where it is found; null while it takes no domains. */
  @Nullable Pool pool;

  /** The buckets of what it has left. */
  int row;

  int column;
  int disk;

  /** What is placed on it; {@link PlacedDomain#indexOnHost} is the index. */
  final List<PlacedDomain> domains = new ArrayList<>();

  Host(int id, HostOffer offer, Areas.Site site) {
    this.id = id;
    this.offer = offer;
    this.site = site;
  }

  /** The place it belongs to: itself at depth 0; -1 where its path is shorter. */
  int place(int depth) {
    return depth == 0 ? id : site.area(depth);
  }
}
