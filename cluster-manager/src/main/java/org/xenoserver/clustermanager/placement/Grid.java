package org.xenoserver.clustermanager.placement;

/**
 * Hosts by what they have left, in buckets of vCPUs (rows), memory (columns of a row) and disk
 * (cells of a column), so that those with room are found without looking at those without. What
 * finding costs depends on the number of buckets, not of hosts. A few hosts are just listed.
 */
final class Grid {
  /** So many hosts are sorted into buckets, and so few are no longer. */
  private static final int MANY = 24;

  private static final int FEW = 12;

  private static final int WORDS = Buckets.COUNT / Long.SIZE;

  private final HostTable hosts;
  private final HostLinks links;
  private int size;

  /** The first of the hosts while they are few. */
  private int first = HostLinks.NONE;

  private boolean few = true;

  /** Rows with hosts, columns with hosts of each row, disks with hosts of each column. */
  private final long[] rows = new long[WORDS];

  private long[] columns = {};
  private final SparseLongs disks = new SparseLongs();

  /** One more than the first host of each cell. */
  private final SparseLongs cells = new SparseLongs();

  /**
   * Without hosts.
   *
   * @param links the lists of all grids that share no host with this one
   */
  Grid(HostTable hosts, HostLinks links) {
    this.hosts = hosts;
    this.links = links;
  }

  int size() {
    return size;
  }

  /** Whether hosts are just listed, from {@link #first} on. */
  boolean isFew() {
    return few;
  }

  int first() {
    return first;
  }

  int next(int id) {
    return links.next(id);
  }

  int rowFrom(int row) {
    return next(rows, 0, row);
  }

  int rowDownFrom(int row) {
    return previous(rows, 0, row);
  }

  int columnFrom(int row, int column) {
    return next(columns, row * WORDS, column);
  }

  int columnDownFrom(int row, int column) {
    return previous(columns, row * WORDS, column);
  }

  /** The disks of a column that have hosts, as bits. */
  long disks(int row, int column) {
    return disks.at(row * Buckets.COUNT + column);
  }

  /** The first host of a cell. */
  int firstOf(int row, int column, int disk) {
    return (int) cells.at(cell(row, column, disk)) - 1;
  }

  private static int cell(int row, int column, int disk) {
    return (row * Buckets.COUNT + column) * Buckets.DISKS + disk;
  }

  /** Adds a host under the buckets it names. */
  void add(Host host) {
    if (few && size >= MANY) {
      few = false;
      if (columns.length == 0) {
        columns = new long[Buckets.COUNT * WORDS];
      }
      int id = first;
      while (id != HostLinks.NONE) {
        int following = links.next(id);
        enter(hosts.at(id));
        id = following;
      }
      first = HostLinks.NONE;
    }
    enter(host);
    size++;
  }

  /** Removes a host from under the buckets it names. */
  void remove(Host host) {
    takeOut(host);
    size--;
    if (!few && size <= FEW) {
      few = true;
      for (int row = rowFrom(0); row >= 0; row = rowFrom(row)) {
        int column = columnFrom(row, 0);
        int disk = Long.numberOfTrailingZeros(disks(row, column));
        int id = firstOf(row, column, disk);
        takeOutOfCell(id, row, column, disk);
        links.push(id, first);
        first = id;
      }
    }
  }

  /** Takes a host out before the buckets it names change; {@link #afterChange} must follow. */
  void beforeChange(Host host) {
    if (!few) {
      takeOut(host);
    }
  }

  void afterChange(Host host) {
    if (!few) {
      enter(host);
    }
  }

  private void enter(Host host) {
    if (few) {
      links.push(host.id, first);
      first = host.id;
      return;
    }
    int cell = cell(host.row, host.column, host.disk);
    int head = (int) cells.at(cell) - 1;
    links.push(host.id, head);
    cells.set(cell, host.id + 1L);
    if (head == HostLinks.NONE) {
      int column = host.row * Buckets.COUNT + host.column;
      disks.set(column, disks.at(column) | 1L << host.disk);
      columns[host.row * WORDS + (host.column >> 6)] |= 1L << host.column;
      rows[host.row >> 6] |= 1L << host.row;
    }
  }

  private void takeOut(Host host) {
    if (!few) {
      takeOutOfCell(host.id, host.row, host.column, host.disk);
    } else if (links.takeOut(host.id)) {
      first = links.next(host.id);
    }
  }

  private void takeOutOfCell(int id, int row, int column, int disk) {
    if (!links.takeOut(id)) {
      return;
    }
    int head = links.next(id);
    cells.set(cell(row, column, disk), head + 1L);
    if (head != HostLinks.NONE) {
      return;
    }
    long left = disks(row, column) & ~(1L << disk);
    disks.set(row * Buckets.COUNT + column, left);
    if (left != 0) {
      return;
    }
    columns[row * WORDS + (column >> 6)] &= ~(1L << column);
    for (int word = row * WORDS; word < (row + 1) * WORDS; word++) {
      if (columns[word] != 0) {
        return;
      }
    }
    rows[row >> 6] &= ~(1L << row);
  }

  /** The first set bit from one up; -1 if there is none. */
  private static int next(long[] words, int base, int from) {
    if (from >= Buckets.COUNT) {
      return -1;
    }
    int word = from >> 6;
    long bits = words[base + word] & (-1L << from);
    while (bits == 0) {
      if (++word == WORDS) {
        return -1;
      }
      bits = words[base + word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  /** The first set bit from one down; -1 if there is none. */
  private static int previous(long[] words, int base, int from) {
    if (from < 0) {
      return -1;
    }
    int word = from >> 6;
    long bits = words[base + word] & (-1L >>> (63 - (from & 63)));
    while (bits == 0) {
      if (--word < 0) {
        return -1;
      }
      bits = words[base + word];
    }
    return (word << 6) + 63 - Long.numberOfLeadingZeros(bits);
  }
}
