package org.xenoserver.clustermanager.control;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.agents.AgentChecks;
import org.xenoserver.clustermanager.view.ClusterFeed;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Store;

/**
 * The control plane of one manager, as a state machine on an event loop. In each session it follows
 * what is stored and stands for election; while it leads, it is the only one to change domains,
 * assignments, projects, maintenance and log, and what it committed takes the place of what it
 * followed. Whenever it does not know what became of a commit, it begins a new term, which ends
 * whatever is under way of the old one, and reads everything anew.
 */
public final class ControlPlane {
  private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

  private final Store store;
  private final Surroundings surroundings;

  private @Nullable Presence presence;
  private int candidacies;

  /** Hears of the election. */
  public interface Listener {
    /** Another address leads, or this one; empty if nobody does. */
    void leader(Optional<String> address, boolean here);

    /** All that is stored has been read once in this session. */
    void read();

    /** The store is not for this program. */
    void refused(String sentence);
  }

  /**
   * A manager that has not begun.
   *
   * @param feed is told everything that is stored
   * @param uuids chooses the UUIDs of domains that come without one
   */
  public ControlPlane(
      EventLoop loop,
      Store store,
      AgentChecks checks,
      Supplier<UUID> uuids,
      ControlSettings settings,
      ClusterFeed feed,
      Listener listener) {
    this.store = store;
    this.surroundings = new Surroundings(loop, checks, uuids, settings, feed, listener);
  }

  /** Connects; on the loop. */
  public void start() {
    store.open(
        new Store.SessionListener() {
          @Override
          public void connected(Session session) {
            presence = new Presence(surroundings, session, ++candidacies);
            presence.prepare();
          }

          @Override
          public void lost(Session session) {
            log.warn("the ZooKeeper session is over");
            leave("its ZooKeeper session is over");
          }
        });
  }

  /** Takes no more commands and tells nothing more; on the loop. */
  public void stop() {
    leave("the manager is stopping");
  }

  private void leave(String why) {
    Presence mine = presence;
    presence = null;
    if (mine != null) {
      mine.end(why);
      surroundings.listener().leader(Optional.empty(), false);
    }
  }

  /**
   * Carries a command out, if this manager leads; on the loop.
   *
   * @param id the request id; a command of an id that was carried out is answered as then
   * @param answer takes the answer, on the loop, once
   */
  public void submit(String id, String caller, Command command, Consumer<Answer> answer) {
    Leader leader = leader();
    if (leader == null) {
      answer.accept(new Answer.NotNow("this manager does not lead"));
    } else {
      leader.submit(id, caller, command, answer);
    }
  }

  /** Whether this manager leads; on the loop. */
  public boolean leads() {
    return leader() != null;
  }

  /** What the leader knows; empty if this manager does not lead; on the loop. */
  public Optional<Insight> insight() {
    return Optional.ofNullable(leader()).map(Leader::insight);
  }

  private @Nullable Leader leader() {
    return presence == null ? null : presence.leader();
  }

  /** What a session of this manager works with. */
  record Surroundings(
      EventLoop loop,
      AgentChecks checks,
      Supplier<UUID> uuids,
      ControlSettings settings,
      ClusterFeed feed,
      Listener listener) {}
}
