package org.xenoserver.clustermanager.view;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.Host;

/**
 * The cluster as this manager knows it. It may be some milliseconds behind ZooKeeper; whoever wrote
 * waits here until the write is seen. Safe from any thread; nothing is called with the lock held.
 */
public final class ClusterView {
  private final ReentrantLock rowsLock = new ReentrantLock();
  private final Condition changed = rowsLock.newCondition();
  private final Subscribers<Domain> domainSubscribers = new Subscribers<>();
  private final Subscribers<Host> hostSubscribers = new Subscribers<>();
  private final Rows rows;

  /**
   * Begins empty.
   *
   * @param clock dates the end of leases
   */
  public ClusterView(InstantSource clock) {
    rows = new Rows(clock, domainSubscribers::tell, hostSubscribers::tell);
  }

  /** A domain by its name or UUID. */
  public Optional<DomainEntry> find(String nameOrUuid) {
    return read(rows -> rows.find(nameOrUuid));
  }

  /** All domains, oldest first. */
  public List<Domain> domains() {
    return read(Rows::domains);
  }

  /** A host by its name. */
  public Optional<HostEntry> host(String host) {
    return read(rows -> rows.host(host));
  }

  /** All hosts by name. */
  public List<HostEntry> hosts() {
    return read(rows -> List.copyOf(rows.hosts()));
  }

  /** All domains now, then every change; the caller closes it. */
  public Subscription<Domain> watchDomains() {
    return read(rows -> domainSubscribers.add(rows.domains()));
  }

  /** All hosts now, then every change; the caller closes it. */
  public Subscription<Host> watchHosts() {
    return read(rows -> hostSubscribers.add(rows.hosts().stream().map(HostEntry::host).toList()));
  }

  /**
   * Waits until a domain, or its absence, is as asked.
   *
   * @return the domain then, or as it is when the patience ends
   */
  public Optional<DomainEntry> await(
      String uuid, Predicate<Optional<DomainEntry>> asked, Duration patience)
      throws InterruptedException {
    return await(rows -> Optional.ofNullable(rows.domain(uuid)), asked, patience);
  }

  /**
   * Waits until the hosts are as asked.
   *
   * @return the hosts then, or as they are when the patience ends
   */
  public List<HostEntry> awaitHosts(Predicate<List<HostEntry>> asked, Duration patience)
      throws InterruptedException {
    return await(rows -> List.copyOf(rows.hosts()), asked, patience);
  }

  /**
   * Waits until there are domains to be destroyed that no host holds any more, or whose host is
   * lost.
   *
   * @return these; empty if the patience ended
   */
  public List<DomainEntry> awaitRemovable(Duration patience) throws InterruptedException {
    return await(rows -> rows.removable().toList(), found -> !found.isEmpty(), patience);
  }

  private <T> T await(Function<Rows, T> question, Predicate<T> asked, Duration patience)
      throws InterruptedException {
    rowsLock.lock();
    try {
      long leftNs = patience.toNanos();
      T answer = question.apply(rows);
      while (!asked.test(answer) && leftNs > 0) {
        leftNs = changed.awaitNanos(leftNs);
        answer = question.apply(rows);
      }
      return answer;
    } finally {
      rowsLock.unlock();
    }
  }

  private <T> T read(Function<Rows, T> question) {
    rowsLock.lock();
    try {
      return question.apply(rows);
    } finally {
      rowsLock.unlock();
    }
  }

  void change(Consumer<Rows> change) {
    rowsLock.lock();
    try {
      change.accept(rows);
      changed.signalAll();
    } finally {
      rowsLock.unlock();
    }
  }
}
