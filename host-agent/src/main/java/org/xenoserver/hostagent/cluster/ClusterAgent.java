package org.xenoserver.hostagent.cluster;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.DomainWatcher;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Store;
import org.xenoserver.proto.coordination.Write;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.vmm.domain.RunPermit;

/**
 * This host's part in the cluster, as a state machine on an event loop. In each session: claim the
 * lease, read what is assigned, destroy all else, and only then let domains run, for as long as
 * proofs of the lease come in. What runs when a session ends stops at the deadline of its last
 * proof and goes on, if it is still assigned, in the next.
 */
public final class ClusterAgent {
  private static final Logger log = LoggerFactory.getLogger(ClusterAgent.class);

  private final EventLoop loop;
  private final Store store;
  private final HostDomains domains;
  private final RunPermit permit;
  private final Supplier<Host> description;
  private final String host;
  private final AgentSettings settings;
  private final Listener listener;
  private final StatusBoard statuses;
  private final Reconciler reconciler;
  private final Backoff backoff = new Backoff();

  private @Nullable Membership membership;
  private EventLoop.@Nullable Timer retry;
  private int claims;
  private boolean remembered;
  private boolean stopped;

  /** Whether something changed since the pass under way began. */
  private boolean again;

  /** Hears how the host gets on. */
  public interface Listener {
    /** It holds the lease and runs what is assigned. */
    void joined();

    /** Another agent that lives holds the lease; it is waited for. */
    void nameTaken();

    /** It can never be a member. */
    void refused(String sentence);
  }

  /**
   * An agent that has not joined.
   *
   * @param worker makes passes over the domains, one after another; may block
   * @param permit keeps domains from running without a lease
   * @param description this host as it is now; its name never changes
   */
  public ClusterAgent(
      EventLoop loop,
      Store store,
      Executor worker,
      HostDomains domains,
      RunPermit permit,
      Supplier<Host> description,
      AgentSettings settings,
      Listener listener) {
    this.loop = loop;
    this.store = store;
    this.domains = domains;
    this.permit = permit;
    this.description = description;
    this.host = description.get().getName();
    this.settings = settings;
    this.listener = listener;
    this.statuses = new StatusBoard(loop, host);
    this.reconciler =
        new Reconciler(loop, worker, domains, new OrderExecution(host, domains, settings.epochs()));
  }

  /** Begins to join. */
  public void start() {
    if (!settings.fencing()) {
      permit.extendTo(Long.MAX_VALUE);
    }
    // Ends with the domains.
    var _ = domains.watch(new Changes());
    store.open(new Sessions());
  }

  /** Takes no more orders; the lease is kept until {@link #giveBack}. */
  public void stopReconciling() {
    stopped = true;
    if (retry != null) {
      retry.cancel();
    }
  }

  /**
   * Gives the lease back; only once no domain runs.
   *
   * @param done called when the store has answered, or at once if there is nothing to give back
   */
  public void giveBack(Runnable done) {
    Membership mine = membership;
    leave();
    if (mine == null || !mine.assignments.ready()) {
      done.run();
      return;
    }
    mine.session.commit(
        List.of(
            new Write.Delete(ZooKeeperLayout.lease(host), 0),
            // Nothing runs any more: whoever gives the host up need not wait.
            new Write.Delete(ZooKeeperLayout.proof(host), -1)),
        result -> done.run());
  }

  private void join(Session session) {
    membership = new Membership(session);
    membership.lease.begin();
  }

  private void leave() {
    Membership mine = membership;
    membership = null;
    if (mine != null) {
      mine.lease.end();
      mine.assignments.end();
      statuses.end();
    }
    if (retry != null) {
      retry.cancel();
    }
  }

  /** Compares what is with what is assigned, unless that is under way or not known yet. */
  private void look() {
    Membership member = membership;
    if (stopped
        || member == null
        || !member.statusesRead
        || !member.assignments.ready()
        || reconciler.busy()) {
      return;
    }
    if (retry != null) {
      retry.cancel();
    }
    again = false;
    Assignments.Snapshot assigned = member.assignments.now();
    reconciler.pass(assigned, pass -> passed(member, assigned, pass));
  }

  private void passed(Membership member, Assignments.Snapshot assigned, Reconciler.Pass pass) {
    // What came of orders is not told twice, so it is kept even if the session has ended meanwhile.
    pass.outcomes()
        .forEach((uuid, outcome) -> {
          if (outcome instanceof OrderExecution.Told told) {
            statuses.post(uuid, told.domain());
          }
        });
    if (stopped) {
      return;
    }
    if (member != membership) {
      look();
      return;
    }
    if (!member.cleansed) {
      member.cleansed = true;
      member.extend();
      listener.joined();
    }
    Set<UUID> uuids = assigned.uuids();
    statuses.flush(uuids);
    if (again) {
      look();
    } else if (pass.complete()) {
      backoff.succeeded();
    } else {
      retry = loop.after(backoff.failedNs(), this::look);
    }
  }

  private void signal() {
    again = true;
    look();
  }

  /** What the store tells. */
  private final class Sessions implements Store.SessionListener {
    @Override
    public void connected(Session session) {
      if (!stopped) {
        join(session);
      }
    }

    @Override
    public void suspended(Session session) {
      log.warn("ZooKeeper is not heard; the domains stop unless it is in time");
    }

    @Override
    public void lost(Session session) {
      log.warn("the lease of host {} is lost with its ZooKeeper session", host);
      leave();
    }
  }

  /** This host's membership by one claim of the lease. */
  private final class Membership implements Lease.Listener {
    final Session session;
    final Assignments assignments = new Assignments(ClusterAgent.this::signal);
    final Lease lease;
    private final String incarnation = settings.process() + "/" + ++claims;
    private final LeaseTiming timing;
    private long provenNs;
    private boolean statusesRead;

    /** Whether what is not assigned has been destroyed, so that the rest may run. */
    private boolean cleansed;

    Membership(Session session) {
      this.session = session;
      this.timing = LeaseTiming.of(settings.leaseTimeout());
      this.lease = new Lease(loop, session, description, incarnation, timing, this);
    }

    void extend() {
      if (cleansed) {
        permit.extendTo(timing.deadlineNs(provenNs));
      }
    }

    @Override
    public void taken(long sentNs) {
      log.info("the lease of host {} is taken", host);
      provenNs = sentNs;
      statuses.begin(
          session,
          incarnation,
          earlier -> {
            if (!remembered) {
              remembered = true;
              reconciler.remember(earlier);
            }
            statusesRead = true;
            look();
          });
      assignments.begin(session, host);
    }

    @Override
    public void proven(long sentNs) {
      provenNs = sentNs;
      extend();
    }

    @Override
    public void gone() {
      permit.revoke();
      leave();
      if (!stopped) {
        join(session);
      }
    }

    @Override
    public void heldBy(Host other) {
      listener.nameTaken();
    }

    @Override
    public void refused(String sentence) {
      listener.refused(sentence);
    }
  }

  /** Looks again when a domain changes by itself. Called from any thread. */
  private final class Changes implements DomainWatcher {
    @Override
    public void snapshot(List<Domain> known) {
      loop.execute(ClusterAgent.this::signal);
    }

    @Override
    public void changed(Domain domain) {
      loop.execute(ClusterAgent.this::signal);
    }
  }
}
