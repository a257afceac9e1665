package org.xenoserver.clustermanager.placement;

/**
 * One search for the best host of a domain. {@link #sample} looks at a bounded number of hosts in
 * the order in which the policy likes them, {@link #exhaust} at every one with room.
 */
final class Search {
  /** Columns tried in a row, and hosts of a column, before a sample goes on to the next. */
  private static final int COLUMNS = 4;

  private static final int HOSTS = 8;

  private final HostTable hosts;
  private final Resources resources;
  private final Policy policy;
  private final Constraints constraints;
  private final boolean unconstrained;
  private final long moreVcpus;
  private final long moreMemory;
  private final long moreDisk;
  private final int row;
  private final int column;
  private final int disk;

  private int best = -1;
  private double bestScore = Double.NEGATIVE_INFINITY;
  private int found;
  private int refused;
  private int examined;
  private boolean cutShort;

  Search(HostTable hosts, Demand demand, Policy policy, Constraints constraints) {
    this.hosts = hosts;
    this.resources = demand.resources();
    this.policy = policy;
    this.constraints = constraints;
    this.unconstrained = constraints.areNone();
    this.moreVcpus = threshold(resources.vcpus());
    this.moreMemory = threshold(resources.memoryBytes());
    this.moreDisk = threshold(resources.diskBytes());
    this.row = Buckets.ofVcpus(resources.vcpus());
    this.column = Buckets.ofMemory(resources.memoryBytes());
    this.disk = Buckets.ofDisk(resources.diskBytes());
  }

  private static long threshold(long demanded) {
    return demanded <= 0 ? Long.MIN_VALUE : demanded - 1;
  }

  /** The number of the best host so far; -1 if none was found. */
  int best() {
    return best;
  }

  double bestScore() {
    return bestScore;
  }

  /** How many hosts could take the domain, of those looked at. */
  int found() {
    return found;
  }

  /** How many had room but were refused by a rule. */
  int refused() {
    return refused;
  }

  /** How many hosts were looked at. */
  int examined() {
    return examined;
  }

  /** Whether a sample left out hosts that may have room. */
  boolean cutShort() {
    return cutShort;
  }

  /** Looks at one host. */
  boolean consider(int id) {
    examined++;
    if (!hosts.exceeds(id, moreVcpus, moreMemory, moreDisk)) {
      return false;
    }
    if (!unconstrained && !constraints.allow(id)) {
      refused++;
      return false;
    }
    found++;
    double score = hosts.score(id, resources, policy);
    if (score > bestScore || (score == bestScore && id < best)) {
      best = id;
      bestScore = score;
    }
    return true;
  }

  /**
   * Looks at the hosts the policy likes best.
   *
   * @param enough rows of the grid of which one host each is scored
   */
  void sample(Pool pool, Grid grid, int enough) {
    HostList few = grid.few();
    if (few != null) {
      all(few);
      return;
    }
    switch (policy) {
      case Policy.Pack _ -> tightest(grid, enough);
      case Policy.Spread _ -> roomiest(grid, enough);
      case Policy.Balance _ -> evenest(pool, grid, enough);
    }
  }

  private void tightest(Grid grid, int enough) {
    Slots<Slots<Slots<HostList>>> rows = grid.rows();
    int left = enough;
    for (int r = rows.next(row); r >= 0; r = rows.next(r + 1)) {
      Slots<Slots<HostList>> columns = rows.at(r);
      int tries = COLUMNS;
      for (int c = columns.next(column); c >= 0; c = columns.next(c + 1)) {
        if (tries-- == 0) {
          cutShort = true;
          break;
        }
        if (tightestOf(columns.at(c))) {
          left--;
          break;
        }
      }
      if (left == 0) {
        return;
      }
    }
  }

  private boolean tightestOf(Slots<HostList> lists) {
    for (int d = lists.next(disk); d >= 0; d = lists.next(d + 1)) {
      if (anyOf(lists.at(d))) {
        return true;
      }
    }
    return false;
  }

  private void roomiest(Grid grid, int enough) {
    Slots<Slots<Slots<HostList>>> rows = grid.rows();
    int left = enough;
    for (int r = rows.previous(Slots.LIMIT - 1); r >= row; r = rows.previous(r - 1)) {
      Slots<Slots<HostList>> columns = rows.at(r);
      int tries = COLUMNS;
      for (int c = columns.previous(Slots.LIMIT - 1); c >= column; c = columns.previous(c - 1)) {
        if (tries-- == 0) {
          cutShort = true;
          break;
        }
        if (roomiestOf(columns.at(c))) {
          left--;
          break;
        }
      }
      if (left == 0) {
        return;
      }
    }
  }

  private boolean roomiestOf(Slots<HostList> lists) {
    for (int d = lists.previous(Slots.LIMIT - 1); d >= disk; d = lists.previous(d - 1)) {
      if (anyOf(lists.at(d))) {
        return true;
      }
    }
    return false;
  }

  private void evenest(Pool pool, Grid grid, int enough) {
    Slots<Slots<Slots<HostList>>> rows = grid.rows();
    int left = enough;
    for (int r = rows.previous(Slots.LIMIT - 1); r >= row; r = rows.previous(r - 1)) {
      Slots<Slots<HostList>> columns = rows.at(r);
      int even = Math.max(column, evenColumn(pool, r));
      int up = columns.next(even);
      int down = columns.previous(even - 1);
      boolean any = false;
      for (int tries = COLUMNS; up >= 0 || down >= column; tries--) {
        if (tries == 0) {
          cutShort = true;
          break;
        }
        if (up >= 0) {
          any = roomiestOf(columns.at(up));
          up = any ? -1 : columns.next(up + 1);
        }
        if (down >= column) {
          boolean alsoAny = roomiestOf(columns.at(down));
          down = alsoAny ? -1 : columns.previous(down - 1);
          any |= alsoAny;
        }
        if (any) {
          break;
        }
      }
      if (any && --left == 0) {
        return;
      }
    }
  }

  /** The column of hosts that have as large a share of memory left as of vCPUs in a row. */
  private int evenColumn(Pool pool, int ofRow) {
    double vcpusLeft = Buckets.leastVcpus(ofRow) - resources.vcpus();
    return Buckets.ofMemory(
        (long) (vcpusLeft * pool.memoryPerVcpu()) + resources.memoryBytes());
  }

  private boolean anyOf(HostList list) {
    int size = list.size();
    for (int i = 0; i < size; i++) {
      if (i == HOSTS) {
        cutShort = true;
        return false;
      }
      if (consider(list.at(i))) {
        return true;
      }
    }
    return false;
  }

  private void all(HostList list) {
    for (int i = 0; i < list.size(); i++) {
      consider(list.at(i));
    }
  }

  /** Looks at every host that may have room, until enough were found in this search. */
  void exhaust(Grid grid, int enough) {
    HostList few = grid.few();
    if (few != null) {
      all(few);
      return;
    }
    Slots<Slots<Slots<HostList>>> rows = grid.rows();
    for (int r = rows.next(row); r >= 0; r = rows.next(r + 1)) {
      Slots<Slots<HostList>> columns = rows.at(r);
      for (int c = columns.next(column); c >= 0; c = columns.next(c + 1)) {
        Slots<HostList> lists = columns.at(c);
        for (int d = lists.next(disk); d >= 0; d = lists.next(d + 1)) {
          HostList list = lists.at(d);
          for (int i = 0; i < list.size(); i++) {
            consider(list.at(i));
            if (found >= enough) {
              return;
            }
          }
        }
      }
    }
  }
}
