package org.xenoserver.clustermanager.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.TreeListener;
import org.xenoserver.proto.coordination.Write;
import org.xenoserver.proto.v1.LeaderClaim;

/**
 * This manager's part in the election, for one session. Who makes the claim, an ephemeral node, may
 * begin terms; a term begins by a write to the term node, whose version every commit of the term
 * checks, so that terms exclude each other whatever managers believe.
 */
final class Candidacy implements TreeListener {
  private static final Logger log = LoggerFactory.getLogger(Candidacy.class);
  private static final long RETRY_NS = 300_000_000;

  private final EventLoop loop;
  private final Session session;
  private final LeaderClaim claim;
  private final IntConsumer elected;
  private final Consumer<Optional<String>> known;

  private Session.@Nullable Following following;
  private boolean claimed;
  private boolean asking;
  private boolean over;

  /**
   * Not a candidate yet.
   *
   * @param incarnation names this candidacy apart from every other
   * @param elected told the number of each term of this manager that has begun
   * @param known told who leads, if it is another or nobody
   */
  Candidacy(
      EventLoop loop,
      Session session,
      String address,
      String incarnation,
      IntConsumer elected,
      Consumer<Optional<String>> known) {
    this.loop = loop;
    this.session = session;
    this.claim = LeaderClaim.newBuilder().setAddress(address).setIncarnation(incarnation).build();
    this.elected = elected;
    this.known = known;
  }

  /** Stands for election. */
  void begin() {
    following = session.follow(ZooKeeperLayout.LEADER, 0, this);
  }

  /** Begins another term, if the claim is still this manager's. */
  void again() {
    if (!over && claimed) {
      beginTerm();
    }
  }

  void end() {
    over = true;
    if (following != null) {
      following.end();
    }
  }

  @Override
  public void snapshot(Map<String, Node> nodes) {
    Node node = nodes.get(ZooKeeperLayout.LEADER);
    if (node == null) {
      removed(ZooKeeperLayout.LEADER);
    } else {
      put(ZooKeeperLayout.LEADER, node);
    }
  }

  @Override
  public void put(String path, Node node) {
    if (over) {
      return;
    }
    try {
      LeaderClaim holder = LeaderClaim.parseFrom(node.data());
      if (!holder.getIncarnation().equals(claim.getIncarnation())) {
        claimed = false;
        known.accept(Optional.of(holder.getAddress()));
      } else if (!claimed) {
        claimed = true;
        beginTerm();
      }
    } catch (InvalidProtocolBufferException e) {
      log.warn("{} in ZooKeeper is not a claim", path);
    }
  }

  @Override
  public void removed(String path) {
    if (!over) {
      claimed = false;
      known.accept(Optional.empty());
      stand();
    }
  }

  private void stand() {
    if (asking || claimed) {
      return;
    }
    asking = true;
    session.commit(
        List.of(Write.createEphemeral(ZooKeeperLayout.LEADER, claim.toByteArray())),
        result -> {
          asking = false;
          if (over) {
            return;
          }
          // The claim may have been heard of before the answer, or without one.
          claimed |= result instanceof Commit.Done;
          if (claimed) {
            beginTerm();
          } else if (result instanceof Commit.Unknown) {
            loop.after(RETRY_NS, this::standAgain);
          }
        });
  }

  private void standAgain() {
    if (!over) {
      stand();
    }
  }

  private void beginTerm() {
    if (asking) {
      return;
    }
    asking = true;
    session.commit(
        List.of(new Write.SetData(ZooKeeperLayout.TERM, claim.getAddress().getBytes(UTF_8), -1)),
        result -> {
          asking = false;
          if (over || !claimed) {
            return;
          }
          if (result instanceof Commit.Done done) {
            elected.accept(done.versions().getFirst());
          } else {
            loop.after(RETRY_NS, this::again);
          }
        });
  }
}
