package org.xenoserver.clustermanager.placement;

/**
 * One search for the best host of a domain. {@link #sample} looks at a bounded number of hosts in
 * the order in which the policy likes them, {@link #exhaust} at every one with room.
 */
final class Search {
  /** Columns tried in a row, and hosts of a cell, before a sample goes on to the next. */
  private static final int COLUMNS = 4;

  private static final int HOSTS = 8;

  private static final int LAST = Buckets.COUNT - 1;

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
    if (grid.isFew()) {
      all(grid, grid.first());
      return;
    }
    switch (policy) {
      case Policy.Pack _ -> tightest(grid, enough);
      case Policy.Spread _ -> roomiest(grid, enough);
      case Policy.Balance _ -> evenest(pool, grid, enough);
    }
  }

  private void tightest(Grid grid, int enough) {
    int left = enough;
    for (int r = grid.rowFrom(row); r >= 0 && left > 0; r = grid.rowFrom(r + 1)) {
      int tries = COLUMNS;
      for (int c = grid.columnFrom(r, column); c >= 0; c = grid.columnFrom(r, c + 1)) {
        if (tries-- == 0) {
          cutShort = true;
          break;
        }
        if (anyOf(grid, r, c)) {
          left--;
          break;
        }
      }
    }
  }

  private void roomiest(Grid grid, int enough) {
    int left = enough;
    for (int r = grid.rowDownFrom(LAST); r >= row && left > 0; r = grid.rowDownFrom(r - 1)) {
      int tries = COLUMNS;
      for (int c = grid.columnDownFrom(r, LAST); c >= column; c = grid.columnDownFrom(r, c - 1)) {
        if (tries-- == 0) {
          cutShort = true;
          break;
        }
        if (anyOf(grid, r, c)) {
          left--;
          break;
        }
      }
    }
  }

  private void evenest(Pool pool, Grid grid, int enough) {
    int left = enough;
    for (int r = grid.rowDownFrom(LAST); r >= row && left > 0; r = grid.rowDownFrom(r - 1)) {
      int even = Math.max(column, evenColumn(pool, r));
      int up = grid.columnFrom(r, even);
      int down = grid.columnDownFrom(r, even - 1);
      boolean any = false;
      for (int tries = COLUMNS; !any && (up >= 0 || down >= column); tries--) {
        if (tries == 0) {
          cutShort = true;
          break;
        }
        if (up >= 0) {
          any = anyOf(grid, r, up);
          up = grid.columnFrom(r, up + 1);
        }
        if (down >= column) {
          any |= anyOf(grid, r, down);
          down = grid.columnDownFrom(r, down - 1);
        }
      }
      if (any) {
        left--;
      }
    }
  }

  /** The column of hosts that have as large a share of memory left as of vCPUs in a row. */
  private int evenColumn(Pool pool, int ofRow) {
    double vcpusLeft = Buckets.leastVcpus(ofRow) - resources.vcpus();
    return Buckets.ofMemory((long) (vcpusLeft * pool.memoryPerVcpu()) + resources.memoryBytes());
  }

  /** Looks at hosts of a column until one could take the domain, the tightest disk first. */
  private boolean anyOf(Grid grid, int ofRow, int ofColumn) {
    long disks = grid.disks(ofRow, ofColumn) & (-1L << disk);
    while (disks != 0) {
      int tries = HOSTS;
      int id = grid.firstOf(ofRow, ofColumn, Long.numberOfTrailingZeros(disks));
      for (; id != HostLinks.NONE; id = grid.next(id)) {
        if (tries-- == 0) {
          cutShort = true;
          break;
        }
        if (consider(id)) {
          return true;
        }
      }
      disks &= disks - 1;
    }
    return false;
  }

  private void all(Grid grid, int first) {
    for (int id = first; id != HostLinks.NONE; id = grid.next(id)) {
      consider(id);
    }
  }

  /** Looks at every host that may have room, until enough were found in this search. */
  void exhaust(Grid grid, int enough) {
    if (grid.isFew()) {
      all(grid, grid.first());
      return;
    }
    for (int r = grid.rowFrom(row); r >= 0; r = grid.rowFrom(r + 1)) {
      for (int c = grid.columnFrom(r, column); c >= 0; c = grid.columnFrom(r, c + 1)) {
        for (long left = grid.disks(r, c) & (-1L << disk); left != 0; left &= left - 1) {
          all(grid, grid.firstOf(r, c, Long.numberOfTrailingZeros(left)));
          if (found >= enough) {
            return;
          }
        }
      }
    }
  }
}
