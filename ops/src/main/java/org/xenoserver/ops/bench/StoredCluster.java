package org.xenoserver.ops.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Store;
import org.xenoserver.proto.coordination.ThreadEventLoop;
import org.xenoserver.proto.coordination.TreeListener;
import org.xenoserver.proto.coordination.ZooKeeperStore;
import org.xenoserver.proto.v1.DomainRecord;

/**
 * What ZooKeeper holds in the end, read by a session of its own.
 *
 * @param domains the records by path
 * @param assignments the hosts' copies by path
 * @param statuses paths of what hosts told
 */
record StoredCluster(
    Map<String, byte[]> domains, Map<String, byte[]> assignments, Set<String> statuses) {
  private static final Duration SESSION = Duration.ofSeconds(30);

  /** Reads all of it. */
  static StoredCluster read(String zooKeeper, Duration patience)
      throws BenchException, InterruptedException {
    CompletableFuture<Map<String, byte[]>> domains = new CompletableFuture<>();
    CompletableFuture<Map<String, byte[]>> assignments = new CompletableFuture<>();
    CompletableFuture<Map<String, byte[]>> statuses = new CompletableFuture<>();
    try (ThreadEventLoop loop =
            new ThreadEventLoop("stored-cluster", System::nanoTime, InstantSource.system());
        ZooKeeperStore store = new ZooKeeperStore(zooKeeper, SESSION, loop)) {
      store.open(
          new Store.SessionListener() {
            @Override
            public void connected(Session session) {
              session.follow(ZooKeeperLayout.DOMAINS, 1, new Once(domains));
              session.follow(ZooKeeperLayout.ASSIGNMENTS, 2, new Once(assignments));
              session.follow(ZooKeeperLayout.STATUS, 2, new Once(statuses));
            }

            @Override
            public void lost(Session session) {}
          });
      CompletableFuture.allOf(domains, assignments, statuses)
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return new StoredCluster(domains.get(), assignments.get(), statuses.get().keySet());
    } catch (ExecutionException e) {
      throw new BenchException("what is stored cannot be read: " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new BenchException(
          "what is stored cannot be read within %d s".formatted(patience.toSeconds()), e);
    }
  }

  /** Takes the first snapshot. */
  private record Once(CompletableFuture<Map<String, byte[]>> found) implements TreeListener {
    @Override
    public void snapshot(Map<String, Node> nodes) {
      Map<String, byte[]> data = new HashMap<>();
      nodes.forEach((path, node) -> data.put(path, node.data()));
      found.complete(data);
    }

    @Override
    public void put(String path, Node node) {}

    @Override
    public void removed(String path) {}
  }

  /**
   * Compares it with what was acknowledged.
   *
   * @param unanswered requests that failed, each of which may have had its effect
   */
  ClusterReport.Checks compare(List<CreateLoad.Answered> acknowledged, int unanswered) {
    int missing = 0;
    int elsewhere = 0;
    int notAssigned = 0;
    int statusMissing = 0;
    Set<String> expected = new HashSet<>();
    for (CreateLoad.Answered answered : acknowledged) {
      expected.add(answered.uuid());
      byte[] stored = domains.get(ZooKeeperLayout.domain(answered.uuid()));
      String assignment = ZooKeeperLayout.assignment(answered.host(), answered.uuid());
      byte[] assigned = assignments.get(assignment);
      if (stored == null) {
        missing++;
      } else if (!isOn(stored, answered)) {
        elsewhere++;
      }
      if (assigned == null || !isOn(assigned, answered)) {
        notAssigned++;
      }
      if (!statuses.contains(ZooKeeperLayout.status(answered.host(), answered.uuid()))) {
        statusMissing++;
      }
    }
    int twice = acknowledged.size() - expected.size();
    int surplus = Math.max(0, domains.size() - expected.size() - unanswered);
    int strayAssignments = Math.abs(assignments.size() - domains.size());
    return new ClusterReport.Checks(
        acknowledged.size(),
        domains.size(),
        missing,
        elsewhere,
        notAssigned,
        twice,
        surplus,
        strayAssignments,
        statusMissing);
  }

  private static boolean isOn(byte[] data, CreateLoad.Answered answered) {
    try {
      DomainRecord record = DomainRecord.parseFrom(data);
      return record.getHost().equals(answered.host())
          && record.getSpec().getUuid().equals(answered.uuid());
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}
