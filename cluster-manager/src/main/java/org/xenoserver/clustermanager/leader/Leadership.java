package org.xenoserver.clustermanager.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.store.DomainStore;
import org.xenoserver.clustermanager.store.Term;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;

/**
 * This manager's part in the election. Elected, it begins a term, which ends every older one, and
 * leads once its view shows all domains of the terms before.
 */
public final class Leadership implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leadership.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CATCH_UP = Duration.ofSeconds(10);

  private final CuratorFramework client;
  private final DomainStore store;
  private final ClusterView view;
  private final ExecutorService elections =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("election").factory());

  private final ReentrantLock termLock = new ReentrantLock();
  private final Condition termChanged = termLock.newCondition();
  private @Nullable Term term;
  private @Nullable Candidacy candidacy;
  private boolean closed;

  private record Candidacy(LeaderLatch latch, String address) {}

  /** Not a candidate yet. */
  public Leadership(CuratorFramework client, DomainStore store, ClusterView view) {
    this.client = client;
    this.store = store;
    this.view = view;
  }

  /**
   * Stands for election; once.
   *
   * @param address where other managers reach this one
   * @throws RpcFailure UNAVAILABLE if ZooKeeper does not answer
   */
  public void stand(String address) {
    LeaderLatch latch = new LeaderLatch(client, ZooKeeperLayout.LEADER, address);
    latch.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            begin(latch, address);
          }

          @Override
          public void notLeader() {
            become(null);
          }
        },
        elections);
    termLock.lock();
    try {
      candidacy = new Candidacy(latch, address);
    } finally {
      termLock.unlock();
    }
    try {
      latch.start();
    } catch (Exception e) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE, "cannot stand for election in ZooKeeper: " + e.getMessage(), e);
    }
  }

  private void begin(LeaderLatch latch, String address) {
    try {
      while (latch.hasLeadership()) {
        try {
          Term begun = store.beginTerm(address);
          for (String uuid : store.uuids()) {
            view.await(uuid, Optional::isPresent, CATCH_UP);
          }
          become(begun);
          return;
        } catch (RpcFailure e) {
          log.warn("elected, but cannot lead yet: {}", e.getMessage());
        }
        awaitTerm(RETRY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void become(@Nullable Term changed) {
    termLock.lock();
    try {
      term = closed ? null : changed;
      termChanged.signalAll();
    } finally {
      termLock.unlock();
    }
    log.info(changed == null ? "this manager does not lead" : "this manager leads");
  }

  /** Whether this manager leads now. */
  public boolean leading() {
    termLock.lock();
    try {
      return term != null;
    } finally {
      termLock.unlock();
    }
  }

  /** Waits until this manager leads; empty if the patience ended or it is closing. */
  public Optional<Term> awaitTerm(Duration patience) throws InterruptedException {
    termLock.lock();
    try {
      long leftNs = patience.toNanos();
      while (term == null && !closed && leftNs > 0) {
        leftNs = termChanged.awaitNanos(leftNs);
      }
      return Optional.ofNullable(term);
    } finally {
      termLock.unlock();
    }
  }

  /**
   * Where a write goes now; waits while there is no leader.
   *
   * @throws RpcFailure UNAVAILABLE if there is none when the patience ends
   */
  public Route route(Duration patience) throws InterruptedException {
    long tries = Math.max(1, patience.dividedBy(RETRY));
    for (long i = 0; i < tries; i++) {
      Optional<Term> mine = awaitTerm(Duration.ZERO);
      Optional<String> other = mine.isPresent() ? Optional.empty() : otherLeader();
      if (other.isPresent()) {
        return new Route.Elsewhere(other.get());
      }
      mine = awaitTerm(RETRY);
      if (mine.isPresent()) {
        return new Route.Here(mine.get());
      }
    }
    throw RpcFailure.of(
        ErrorCode.UNAVAILABLE, "no manager leads at the moment; try again in some seconds");
  }

  /** After a restart the election may still show this manager's former self: that is no other. */
  private Optional<String> otherLeader() {
    Candidacy mine;
    termLock.lock();
    try {
      mine = closed ? null : candidacy;
    } finally {
      termLock.unlock();
    }
    if (mine == null) {
      return Optional.empty();
    }
    try {
      String leader = mine.latch().getLeader().getId();
      return leader.isEmpty() || leader.equals(mine.address())
          ? Optional.empty()
          : Optional.of(leader);
    } catch (Exception e) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE, "ZooKeeper does not say who leads: " + e.getMessage(), e);
    }
  }

  /** Leaves the election; another manager takes over at once. */
  @Override
  public void close() {
    Candidacy mine;
    termLock.lock();
    try {
      closed = true;
      term = null;
      mine = candidacy;
      termChanged.signalAll();
    } finally {
      termLock.unlock();
    }
    elections.shutdownNow();
    if (mine != null && mine.latch().getState() == LeaderLatch.State.STARTED) {
      try {
        mine.latch().close();
      } catch (IOException e) {
        log.debug("the election was left without a word", e);
      }
    }
  }
}
