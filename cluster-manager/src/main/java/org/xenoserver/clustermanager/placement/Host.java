package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host in the fleet, and where the indexes keep it. */
final class Host {
  final int id;
  HostOffer offer;

  /** Its failure domains by depth less one, as {@link Areas} numbers them; empty beyond its path. */
  int[] areas = {};

  /** What is placed on it; {@link PlacedDomain#indexOnHost} is the index. */
  final List<PlacedDomain> domains = new ArrayList<>();

  /** Where it is found; null while it takes no domains. */
  @Nullable Pool pool;

  int row;
  int column;
  int disk;
  final @Nullable HostList[] lists = new @Nullable HostList[Scope.DEPTHS + 1];
  final int[] positions = new int[Scope.DEPTHS + 1];

  Host(int id, HostOffer offer) {
    this.id = id;
    this.offer = offer;
  }

  /** The place it belongs to: itself at depth 0; -1 where its path is shorter. */
  int place(int depth) {
    return depth == 0 ? id : depth <= areas.length ? areas[depth - 1] : -1;
  }
}
