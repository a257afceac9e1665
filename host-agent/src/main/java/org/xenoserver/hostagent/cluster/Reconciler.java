package org.xenoserver.hostagent.cluster;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.HostDomain;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.v1.DesiredState;

/**
 * Brings the hypervisor to what is assigned: one pass at a time, by a worker that may block, over
 * the assignments of one moment. Every step may be repeated. Domains of clients of the agent are
 * left alone.
 */
final class Reconciler {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  private final EventLoop loop;
  private final Executor worker;
  private final HostDomains domains;

  /** Owned by the worker. */
  private final OrderExecution execution;

  private boolean busy;

  Reconciler(EventLoop loop, Executor worker, HostDomains domains, OrderExecution execution) {
    this.loop = loop;
    this.worker = worker;
    this.domains = domains;
    this.execution = execution;
  }

  /** What a pass came to. */
  record Pass(Map<UUID, OrderExecution.Outcome> outcomes, boolean complete) {}

  /** Whether a pass is under way. */
  boolean busy() {
    return busy;
  }

  /** Lets the worker know what an earlier process of this host told. */
  void remember(Map<UUID, StatusBoard.Earlier> statuses) {
    worker.execute(() -> execution.remember(statuses));
  }

  /** Has a pass made; only while none is under way. The answer comes on the loop. */
  void pass(Assignments.Snapshot assigned, Consumer<Pass> done) {
    busy = true;
    worker.execute(() -> {
      Pass pass = make(assigned);
      loop.execute(() -> {
        busy = false;
        done.accept(pass);
      });
    });
  }

  private Pass make(Assignments.Snapshot assigned) {
    Map<UUID, OrderExecution.Outcome> outcomes = new LinkedHashMap<>();
    boolean complete = true;
    try {
      for (HostDomain domain : domains.list()) {
        if (domain.owner() == HostDomain.Owner.CLUSTER && !assigned.assigned(domain.uuid())) {
          log.info("domain {} is no longer assigned to this host", domain.name());
          domains.destroy(domain);
        }
      }
      execution.retain(assigned.uuids());
    } catch (RuntimeException e) {
      log.warn("what is not assigned is destroyed later: {}", e.toString());
      return new Pass(outcomes, false);
    }
    for (Order order : inOrder(assigned.orders())) {
      try {
        OrderExecution.Outcome outcome = execution.carryOut(order);
        outcomes.put(order.uuid(), outcome);
        complete &= outcome.complete();
      } catch (RuntimeException e) {
        log.warn("domain {} is tried again: {}", order.uuid(), e.toString());
        complete = false;
      }
    }
    return new Pass(outcomes, complete);
  }

  /** Destroys first, so that what it frees can be given to others; then as they were ordered. */
  private static List<Order> inOrder(Map<UUID, Order> orders) {
    return orders.values().stream()
        .sorted(
            Comparator.comparing((Order order) ->
                    order.record().getDesired() != DesiredState.DESIRED_STATE_DESTROYED)
                .thenComparing(Order::number)
                .thenComparing(Order::uuid))
        .toList();
  }
}
