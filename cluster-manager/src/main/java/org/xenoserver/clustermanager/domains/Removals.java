package org.xenoserver.clustermanager.domains;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.leader.Leadership;
import org.xenoserver.clustermanager.store.DomainStore;
import org.xenoserver.clustermanager.store.Term;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.DomainEntry;
import org.xenoserver.proto.error.RpcFailure;

/**
 * Forgets domains that are to be destroyed once their host holds them no more or is lost. It looks
 * at what is so, not at what happened: whoever leads next completes what a manager left.
 */
public final class Removals implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Removals.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Leadership leadership;
  private final DomainStore store;
  private final ClusterView view;
  private final Thread thread = Thread.ofVirtual().name("removals").unstarted(this::run);

  /** Begins; removes only while this manager leads. */
  public static Removals start(Leadership leadership, DomainStore store, ClusterView view) {
    Removals removals = new Removals(leadership, store, view);
    removals.thread.start();
    return removals;
  }

  private Removals(Leadership leadership, DomainStore store, ClusterView view) {
    this.leadership = leadership;
    this.store = store;
    this.view = view;
  }

  private void run() {
    try {
      while (!Thread.interrupted()) {
        Optional<Term> term = leadership.awaitTerm(PATIENCE);
        if (term.isPresent()) {
          for (DomainEntry entry : view.awaitRemovable(PATIENCE)) {
            remove(term.get(), entry);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void remove(Term term, DomainEntry entry) throws InterruptedException {
    try {
      store.remove(term, entry.stored());
      view.await(entry.uuid(), Optional::isEmpty, PATIENCE);
    } catch (RpcFailure e) {
      log.warn("domain '{}' stays for now: {}", entry.stored().name(), e.getMessage());
      int version = entry.stored().version();
      view.await(
          entry.uuid(), now -> now.isEmpty() || now.get().stored().version() > version, PATIENCE);
    }
  }

  /** Stops; returns when nothing is being removed any more. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
