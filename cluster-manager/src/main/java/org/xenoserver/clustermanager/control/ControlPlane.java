package org.xenoserver.clustermanager.control;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.agents.AgentChecks;
import org.xenoserver.clustermanager.view.ClusterFeed;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.LayoutVersion;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Store;
import org.xenoserver.proto.coordination.TreeListener;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.Host;

/**
 * The control plane of one manager, as a state machine on an event loop. In each session it follows
 * what is stored and stands for election; while it leads, it is the only one to change domains,
 * assignments, projects, maintenance and log, and what it committed takes the place of what it
 * followed. Whenever it does not know what became of a commit, it begins a new term, which ends
 * whatever is under way of the old one, and reads everything anew.
 */
public final class ControlPlane {
  private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);
  private static final long RETRY_NS = 500_000_000;

  private final EventLoop loop;
  private final Store store;
  private final AgentChecks checks;
  private final Supplier<UUID> uuids;
  private final ControlSettings settings;
  private final ClusterFeed feed;
  private final Listener listener;

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
    this.loop = loop;
    this.store = store;
    this.checks = checks;
    this.uuids = uuids;
    this.settings = settings;
    this.feed = feed;
    this.listener = listener;
  }

  /** Connects; on the loop. */
  public void start() {
    store.open(
        new Store.SessionListener() {
          @Override
          public void connected(Session session) {
            presence = new Presence(session);
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
      listener.leader(Optional.empty(), false);
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
    return presence == null ? null : presence.leader;
  }

  /** One session. */
  private final class Presence {
    private final Session session;
    private final Observed observed = new Observed();
    private final Candidacy candidacy;
    private final Map<String, Session.Following> followed = new HashMap<>();
    private final Set<String> unread = new HashSet<>();
    private @Nullable Leader leader;
    private @Nullable Map<String, Map<String, byte[]>> loading;
    private boolean over;

    Presence(Session session) {
      this.session = session;
      this.candidacy =
          new Candidacy(
              loop,
              session,
              settings.address(),
              settings.process() + "/" + ++candidacies,
              this::elected,
              this::known);
    }

    void prepare() {
      LayoutVersion.ensure(
          session,
          found -> {
            if (over) {
              return;
            }
            switch (found) {
              case LayoutVersion.Found.Ours _ -> follow();
              case LayoutVersion.Found.Other other -> listener.refused(other.sentence());
              case LayoutVersion.Found.Unknown _ -> loop.after(RETRY_NS, this::prepareAgain);
            }
          });
    }

    private void prepareAgain() {
      if (!over) {
        prepare();
      }
    }

    private void follow() {
      follow(ZooKeeperLayout.HOSTS, 1);
      follow(ZooKeeperLayout.LEASES, 1);
      follow(ZooKeeperLayout.STATUS, 2);
      Truth.ROOTS.forEach(root -> follow(root, 1));
    }

    private void follow(String root, int depth) {
      unread.add(root);
      followed.put(root, session.follow(root, depth, new Folder(root)));
    }

    private void read(String root) {
      if (unread.remove(root) && unread.isEmpty()) {
        if (loading == null) {
          listener.read();
          candidacy.begin();
        } else {
          lead();
        }
      }
    }

    /** Whoever has been elected: this manager, in a new term, or another. */
    private void elected(int term) {
      // What is followed is read anew, after the term began: nobody else writes any more.
      endLeading("a new term begins");
      loading = new HashMap<>();
      this.term = term;
      for (String root : Truth.ROOTS) {
        Session.Following old = followed.remove(root);
        if (old != null) {
          old.end();
        }
        follow(root, 1);
      }
    }

    private int term;

    private void lead() {
      Map<String, Map<String, byte[]>> loaded = loading;
      loading = null;
      if (loaded == null) {
        return;
      }
      for (String root : Truth.ROOTS) {
        Session.Following following = followed.remove(root);
        if (following != null) {
          following.end();
        }
      }
      Ledger ledger =
          new Ledger(
              loop, session, term, new History(settings.retention()), feed, this::termIsOver);
      ledger.load(loaded);
      Leader begun =
          new Leader(
              new Term(
                  loop,
                  settings,
                  ledger,
                  observed,
                  new Placements(settings.placement()),
                  new Quotas(ledger),
                  this::readProof),
              checks,
              uuids);
      leader = begun;
      begun.begin();
      log.info("this manager leads, in term {}", term);
      listener.leader(Optional.of(settings.address()), true);
    }

    private void readProof(String host, IntConsumer version) {
      String path = ZooKeeperLayout.proof(host);
      Session.Following[] following = new Session.Following[1];
      following[0] =
          session.follow(
              path,
              0,
              new TreeListener() {
                @Override
                public void snapshot(Map<String, Node> nodes) {
                  following[0].end();
                  Node node = nodes.get(path);
                  version.accept(node == null ? -1 : node.version());
                }

                @Override
                public void put(String changed, Node node) {}

                @Override
                public void removed(String removed) {}
              });
    }

    private void termIsOver(String why) {
      if (!over) {
        log.warn("the term is over: {}", why);
        endLeading("the leader's term is over before it knew: " + why);
        listener.leader(Optional.empty(), false);
        for (String root : Truth.ROOTS) {
          if (!followed.containsKey(root)) {
            follow(root, 1);
          }
        }
        candidacy.again();
      }
    }

    private void endLeading(String why) {
      Leader mine = leader;
      leader = null;
      loading = null;
      if (mine != null) {
        mine.end(why);
      }
    }

    /** Another manager leads, or nobody. */
    private void known(Optional<String> address) {
      if (leader == null) {
        listener.leader(address, false);
      }
    }

    void end(String why) {
      over = true;
      endLeading(why);
      candidacy.end();
      followed.values().forEach(Session.Following::end);
      followed.clear();
    }

    /** What is told of one folder. */
    private final class Folder implements TreeListener {
      private final String root;
      private final boolean truth;

      Folder(String root) {
        this.root = root;
        this.truth = Truth.ROOTS.contains(root);
      }

      private boolean isOver() {
        return over || (truth && leader != null);
      }

      @Override
      public void snapshot(Map<String, Node> nodes) {
        if (isOver()) {
          return;
        }
        Map<String, byte[]> data = new HashMap<>();
        nodes.forEach((path, node) -> data.put(path, node.data()));
        feed.snapshot(root, data);
        if (truth && loading != null) {
          loading.put(root, data);
        }
        if (!truth) {
          observedAnew(root, data);
        }
        read(root);
      }

      @Override
      public void put(String path, Node node) {
        if (isOver()) {
          return;
        }
        if (!truth) {
          parsed(path, node.data())
              .ifPresent(message -> {
                feed.told(Map.of(path, Optional.of(message)));
                observedPut(path, message);
              });
          return;
        }
        feed.put(path, node.data());
        if (loading != null) {
          loading.getOrDefault(root, new HashMap<>()).put(path, node.data());
        }
      }

      @Override
      public void removed(String path) {
        if (isOver()) {
          return;
        }
        feed.removed(path);
        if (truth && loading != null) {
          loading.getOrDefault(root, new HashMap<>()).remove(path);
        }
        if (!truth) {
          observedRemoved(path);
        }
      }
    }

    private void observedAnew(String root, Map<String, byte[]> nodes) {
      switch (root) {
        case ZooKeeperLayout.HOSTS -> observed.registrations.clear();
        case ZooKeeperLayout.LEASES -> {
          for (String host : List.copyOf(observed.leases.keySet())) {
            if (!nodes.containsKey(ZooKeeperLayout.lease(host))) {
              observedRemoved(ZooKeeperLayout.lease(host));
            }
          }
        }
        default -> observed.clearStatuses();
      }
      nodes.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(node ->
              parsed(node.getKey(), node.getValue())
                  .ifPresent(message -> observedPut(node.getKey(), message)));
    }

    /** What a host wrote; empty if there is nothing to be understood. */
    private static Optional<MessageLite> parsed(String path, byte[] data) {
      try {
        if (path.startsWith(ZooKeeperLayout.STATUS)) {
          return Optional.of(Domain.parseFrom(data));
        }
        // A lease is empty while a manager makes sure that there is none.
        return path.startsWith(ZooKeeperLayout.LEASES) && data.length == 0
            ? Optional.empty()
            : Optional.of(Host.parseFrom(data));
      } catch (InvalidProtocolBufferException e) {
        log.warn("{} in ZooKeeper is not understood and left out", path);
        return Optional.empty();
      }
    }

    private void observedPut(String path, MessageLite message) {
      String[] parts = path.split("/", -1);
      switch (message) {
        case Host host when path.startsWith(ZooKeeperLayout.HOSTS) -> {
          observed.registrations.put(parts[2], host);
          if (leader != null) {
            leader.refresh(parts[2]);
          }
        }
        case Host host -> {
          observed.leases.put(parts[2], host);
          if (leader != null) {
            leader.lease(parts[2]);
          }
        }
        case Domain status -> {
          observed.putStatus(parts[2], parts[3], status);
          if (leader != null) {
            leader.status(parts[2], parts[3]);
          }
        }
        default -> throw new IllegalArgumentException(path);
      }
    }

    private void observedRemoved(String path) {
      String[] parts = path.split("/", -1);
      switch ("/" + parts[1]) {
        case ZooKeeperLayout.HOSTS -> observed.registrations.remove(parts[2]);
        case ZooKeeperLayout.LEASES -> {
          if (observed.leases.remove(parts[2]) != null && leader != null) {
            leader.lease(parts[2]);
          }
        }
        default -> {
          observed.removeStatus(parts[2], parts[3]);
          if (leader != null) {
            leader.status(parts[2], parts[3]);
          }
        }
      }
    }
  }
}
