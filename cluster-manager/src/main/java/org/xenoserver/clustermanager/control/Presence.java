package org.xenoserver.clustermanager.control;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.LayoutVersion;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.TreeListener;

/**
 * This manager in one session: follows what is stored, stands for election, and leads whenever it
 * is elected and has read everything again.
 */
final class Presence {
  private static final Logger log = LoggerFactory.getLogger(Presence.class);
  private static final long RETRY_NS = 500_000_000;

  private final ControlPlane.Surroundings surroundings;
  private final Session session;
  private final HostReports reports;
  private final Candidacy candidacy;
  private final Map<String, Session.Following> followed = new HashMap<>();
  private final Set<String> unread = new HashSet<>();
  private @Nullable Leader leader;

  /** What has been read for a term that is about to begin, and its number. */
  private @Nullable Map<String, Map<String, byte[]>> loading;

  private int term;
  private boolean over;

  /**
   * A session that is not used yet.
   *
   * @param number tells it from the sessions before
   */
  Presence(ControlPlane.Surroundings surroundings, Session session, int number) {
    this.surroundings = surroundings;
    this.session = session;
    this.reports = new HostReports(surroundings.feed(), () -> leader);
    ControlSettings settings = surroundings.settings();
    this.candidacy =
        new Candidacy(
            surroundings.loop(),
            session,
            settings.address(),
            settings.process() + "/" + number,
            this::elected,
            this::known);
  }

  /** This manager as the leader; null if it does not lead. */
  @Nullable Leader leader() {
    return leader;
  }

  /** Begins to follow what is stored, then stands for election. */
  void prepare() {
    LayoutVersion.ensure(
        session,
        found -> {
          if (over) {
            return;
          }
          switch (found) {
            case LayoutVersion.Found.Ours _ -> follow();
            case LayoutVersion.Found.Other other ->
                surroundings.listener().refused(other.sentence());
            case LayoutVersion.Found.Unknown _ ->
                surroundings.loop().after(RETRY_NS, this::prepareAgain);
          }
        });
  }

  private void prepareAgain() {
    if (!over) {
      prepare();
    }
  }

  private void follow() {
    follow(ZooKeeperLayout.HOSTS, 1, new ReportsFolder(ZooKeeperLayout.HOSTS));
    follow(ZooKeeperLayout.LEASES, 1, new ReportsFolder(ZooKeeperLayout.LEASES));
    follow(ZooKeeperLayout.STATUS, 2, new ReportsFolder(ZooKeeperLayout.STATUS));
    Truth.ROOTS.forEach(this::followTruth);
  }

  private void followTruth(String root) {
    follow(root, 1, new TruthFolder(root));
  }

  private void follow(String root, int depth, TreeListener folder) {
    unread.add(root);
    followed.put(root, session.follow(root, depth, folder));
  }

  private void read(String root) {
    if (unread.remove(root) && unread.isEmpty()) {
      if (loading == null) {
        surroundings.listener().read();
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
      unfollow(root);
      followTruth(root);
    }
  }

  private void unfollow(String root) {
    Session.Following following = followed.remove(root);
    if (following != null) {
      following.end();
    }
  }

  private void lead() {
    Map<String, Map<String, byte[]>> loaded = loading;
    loading = null;
    if (loaded == null) {
      return;
    }
    Truth.ROOTS.forEach(this::unfollow);
    ControlSettings settings = surroundings.settings();
    Ledger ledger =
        new Ledger(
            surroundings.loop(),
            session,
            term,
            new History(settings.retention()),
            surroundings.feed(),
            this::termIsOver);
    ledger.load(loaded);
    Leader begun =
        new Leader(
            new Term(
                surroundings.loop(),
                settings,
                ledger,
                reports.observed(),
                new Placements(settings.placement()),
                new Quotas(ledger),
                this::readProof),
            surroundings.checks(),
            surroundings.uuids());
    leader = begun;
    begun.begin();
    log.info("this manager leads, in term {}", term);
    surroundings.listener().leader(Optional.of(settings.address()), true);
  }

  private void readProof(String host, IntConsumer version) {
    session.read(
        ZooKeeperLayout.proof(host), node -> version.accept(node == null ? -1 : node.version()));
  }

  private void termIsOver(String why) {
    if (!over) {
      log.warn("the term is over: {}", why);
      endLeading("the leader's term is over before it knew: " + why);
      surroundings.listener().leader(Optional.empty(), false);
      for (String root : Truth.ROOTS) {
        if (!followed.containsKey(root)) {
          followTruth(root);
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
      surroundings.listener().leader(address, false);
    }
  }

  void end(String why) {
    over = true;
    endLeading(why);
    candidacy.end();
    followed.values().forEach(Session.Following::end);
    followed.clear();
  }

  private static Map<String, byte[]> data(Map<String, Node> nodes) {
    Map<String, byte[]> data = new HashMap<>();
    nodes.forEach((path, node) -> data.put(path, node.data()));
    return data;
  }

  /** A folder that hosts write. */
  private final class ReportsFolder implements TreeListener {
    private final String root;

    ReportsFolder(String root) {
      this.root = root;
    }

    @Override
    public void snapshot(Map<String, Node> nodes) {
      if (!over) {
        reports.anew(root, data(nodes));
        read(root);
      }
    }

    @Override
    public void put(String path, Node node) {
      if (!over) {
        reports.put(path, node.data());
      }
    }

    @Override
    public void removed(String path) {
      if (!over) {
        reports.removed(path);
      }
    }
  }

  /** A folder that leaders write: followed while this manager is none. */
  private final class TruthFolder implements TreeListener {
    private final String root;

    TruthFolder(String root) {
      this.root = root;
    }

    private boolean isOver() {
      return over || leader != null;
    }

    @Override
    public void snapshot(Map<String, Node> nodes) {
      if (isOver()) {
        return;
      }
      Map<String, byte[]> data = data(nodes);
      surroundings.feed().snapshot(root, data);
      if (loading != null) {
        loading.put(root, data);
      }
      read(root);
    }

    @Override
    public void put(String path, Node node) {
      if (isOver()) {
        return;
      }
      surroundings.feed().put(path, node.data());
      if (loading != null) {
        loading.getOrDefault(root, new HashMap<>()).put(path, node.data());
      }
    }

    @Override
    public void removed(String path) {
      if (isOver()) {
        return;
      }
      surroundings.feed().removed(path);
      if (loading != null) {
        loading.getOrDefault(root, new HashMap<>()).remove(path);
      }
    }
  }
}
