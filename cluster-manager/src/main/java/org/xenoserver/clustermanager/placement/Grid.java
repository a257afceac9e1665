package org.xenoserver.clustermanager.placement;

import org.jspecify.annotations.Nullable;

/**
 * Hosts by what they have left, in buckets of vCPUs (rows), memory (columns of a row) and disk
 * (lists of a column), so that those with room are found without looking at those without. What
 * finding costs depends on the number of buckets, not of hosts. A few hosts are just listed.
 */
final class Grid {
  /** So many hosts are sorted into buckets, and so few are no longer. */
  private static final int MANY = 24;

  private static final int FEW = 12;

  /** The index of the list at this level in {@link Host#lists}. */
  private final int level;

  private final HostTable hosts;
  private @Nullable HostList few = new HostList();
  private Slots<Slots<Slots<HostList>>> rows = new Slots<>();
  private int size;

  Grid(int level, HostTable hosts) {
    this.level = level;
    this.hosts = hosts;
  }

  int size() {
    return size;
  }

  /** All hosts, while they are few. */
  @Nullable HostList few() {
    return few;
  }

  /** The hosts in buckets, while they are many. */
  Slots<Slots<Slots<HostList>>> rows() {
    return rows;
  }

  /** Adds a host under the buckets it names. */
  void add(Host host) {
    if (few != null && size >= MANY) {
      HostList all = few;
      few = null;
      for (int i = 0; i < all.size(); i++) {
        Host member = hosts.at(all.at(i));
        enter(member, bucketsOf(member));
      }
    }
    enter(host, few != null ? few : bucketsOf(host));
    size++;
  }

  /** Removes a host from under the buckets it names. */
  void remove(Host host) {
    takeOut(host);
    size--;
    if (few == null && size <= FEW) {
      HostList all = new HostList();
      for (int r = rows.next(0); r >= 0; r = rows.next(r + 1)) {
        Slots<Slots<HostList>> columns = rows.at(r);
        for (int c = columns.next(0); c >= 0; c = columns.next(c + 1)) {
          Slots<HostList> lists = columns.at(c);
          for (int d = lists.next(0); d >= 0; d = lists.next(d + 1)) {
            for (int i = 0; i < lists.at(d).size(); i++) {
              enter(hosts.at(lists.at(d).at(i)), all);
            }
          }
        }
      }
      few = all;
      rows = new Slots<>();
    }
  }

  /** Takes a host out before the buckets it names change; {@link #afterChange} must follow. */
  void beforeChange(Host host) {
    if (few == null) {
      takeOut(host);
    }
  }

  void afterChange(Host host) {
    if (few == null) {
      enter(host, bucketsOf(host));
    }
  }

  private void enter(Host host, HostList list) {
    host.lists[level] = list;
    host.positions[level] = list.size();
    list.add(host.id);
  }

  private HostList bucketsOf(Host host) {
    Slots<Slots<HostList>> row = rows.get(host.row);
    if (row == null) {
      row = new Slots<>();
      rows.put(host.row, row);
    }
    Slots<HostList> column = row.get(host.column);
    if (column == null) {
      column = new Slots<>();
      row.put(host.column, column);
    }
    HostList list = column.get(host.disk);
    if (list == null) {
      list = new HostList();
      column.put(host.disk, list);
    }
    return list;
  }

  private void takeOut(Host host) {
    HostList list = host.lists[level];
    if (list == null) {
      throw new IllegalStateException("a host that is not in the grid cannot leave it");
    }
    int position = host.positions[level];
    int moved = list.removeAt(position);
    if (moved >= 0) {
      hosts.at(moved).positions[level] = position;
    }
    host.lists[level] = null;
    if (few != null || list.size() > 0) {
      return;
    }
    Slots<Slots<HostList>> row = rows.at(host.row);
    Slots<HostList> column = row.at(host.column);
    column.clear(host.disk);
    if (column.isEmpty()) {
      row.clear(host.column);
      if (row.isEmpty()) {
        rows.clear(host.row);
      }
    }
  }
}
