package org.xenoserver.hostagent.cluster;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.DomainWatcher;
import org.xenoserver.hostagent.domains.HostDomain;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;

/**
 * Brings the hypervisor to what is assigned, by one thread that compares the two whenever either
 * may have changed. Every step may be repeated; what fails is tried again with a bounded back-off.
 * Domains of clients of the agent are left alone. Nothing is done while the lease is not held.
 */
final class Reconciler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  private final HostDomains domains;
  private final StatusBoard statuses;
  private final OrderExecution execution;
  private final Semaphore wake = new Semaphore(0);
  private final Backoff backoff = new Backoff();
  private volatile boolean closed;
  private @Nullable Assignments assignments;
  private @Nullable AutoCloseable watch;
  private @Nullable Thread thread;
  private boolean loaded;

  Reconciler(String host, HostDomains domains, StatusBoard statuses) {
    this.domains = domains;
    this.statuses = statuses;
    this.execution = new OrderExecution(host, domains);
  }

  /** Begins to reconcile. */
  void start(Assignments following, Lease holding) {
    assignments = following;
    watch = domains.watch(new Changes());
    thread =
        Thread.ofPlatform().daemon().name("agent-reconciler").start(() -> run(following, holding));
  }

  /** Says that something may have changed. Never blocks. */
  void signal() {
    wake.release();
  }

  private void run(Assignments following, Lease holding) {
    @Nullable Duration wait = null;
    try {
      while (!closed) {
        if (wait == null) {
          wake.acquire();
        } else {
          var _ = wake.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        }
        wake.drainPermits();
        wait = null;
        if (!closed && holding.held() && following.ready()) {
          wait = pass(following.snapshot());
        }
      }
    } catch (InterruptedException e) {
      log.debug("reconciler ends");
    }
  }

  /** Compares once; returns how long to wait before comparing again by itself, null for ever. */
  private @Nullable Duration pass(Assignments.Snapshot assigned) throws InterruptedException {
    try {
      if (!loaded) {
        execution.remember(statuses.load());
        loaded = true;
      }
      dropUnassigned(assigned);
      boolean complete = true;
      for (Order order : inOrder(assigned.orders())) {
        complete &= carryOut(order);
      }
      statuses.flush();
      if (complete) {
        backoff.succeeded();
        return null;
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      log.warn("reconciling is tried again: {}", e.toString());
    }
    return backoff.failed();
  }

  /** Destroys first, so that what it frees can be given to others; then as they were ordered. */
  private static List<Order> inOrder(Map<UUID, Order> orders) {
    return orders.values().stream()
        .sorted(
            Comparator.comparing((Order order) ->
                    order.record().getDesired() != DesiredState.DESIRED_STATE_DESTROYED)
                .thenComparing(Order::number))
        .toList();
  }

  private void dropUnassigned(Assignments.Snapshot assigned) {
    for (HostDomain domain : domains.list()) {
      if (domain.owner() == HostDomain.Owner.CLUSTER && !assigned.assigned(domain.uuid())) {
        log.info("domain {} is no longer assigned to this host", domain.name());
        domains.destroy(domain);
      }
    }
    for (UUID uuid : statuses.uuids()) {
      if (!assigned.assigned(uuid)) {
        statuses.remove(uuid);
        execution.forget(uuid);
      }
    }
  }

  private boolean carryOut(Order order) {
    OrderExecution.Outcome outcome = execution.carryOut(order);
    switch (outcome) {
      case OrderExecution.Told told -> statuses.post(order.uuid(), told.domain());
      case OrderExecution.Gone _ -> statuses.remove(order.uuid());
      case OrderExecution.Unchanged _ -> {}
    }
    return outcome.complete();
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    try {
      if (watch != null) {
        watch.close();
      }
      if (running != null) {
        wake.release();
        running.join();
      }
      if (assignments != null) {
        assignments.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("reconciler did not end", e);
    }
  }

  /** Wakes the reconciler when a domain changes by itself. */
  private final class Changes implements DomainWatcher {
    @Override
    public void snapshot(List<Domain> known) {
      signal();
    }

    @Override
    public void changed(Domain domain) {
      signal();
    }
  }
}
