package org.xenoserver.clustermanager.control;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.view.ClusterFeed;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Write;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.HostMaintenance;
import org.xenoserver.proto.v1.LogSegment;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectRecord;

/**
 * The cluster's truth in one term of this leader: as it will be once everything accepted so far is
 * committed. Nobody else writes it while the term lasts, since every commit checks the term; so it
 * is read here, not in the store. Transactions collect in a batch while the one before is being
 * committed (group commit). If a commit fails or its fate is unknown, the term is over and all of
 * this is dropped.
 */
final class Ledger {
  private final EventLoop loop;
  private final Session session;
  private final int term;
  private final History history;
  private final ClusterFeed feed;
  private final Consumer<String> over;

  private final Map<String, DomainRecord> domains = new LinkedHashMap<>();
  private final Map<String, String> uuidsByName = new HashMap<>();
  private final Map<String, Set<String>> uuidsByHost = new HashMap<>();
  private final Map<String, ProjectRecord> projects = new TreeMap<>();
  private final Map<String, HostMaintenance> maintenance = new TreeMap<>();

  /** Paths that are there once everything handed to the store is committed. */
  private final Set<String> stored = new HashSet<>();

  private final ArrayDeque<Batch> full = new ArrayDeque<>();
  private Batch open = new Batch();
  private boolean scheduled;
  private boolean committing;
  private boolean ended;

  /**
   * A ledger with nothing in it.
   *
   * @param over called once when the term is over, with why
   */
  Ledger(
      EventLoop loop,
      Session session,
      int term,
      History history,
      ClusterFeed feed,
      Consumer<String> over) {
    this.loop = loop;
    this.session = session;
    this.term = term;
    this.history = history;
    this.feed = feed;
    this.over = over;
  }

  /** Takes in all that is stored. */
  void load(Map<String, Map<String, byte[]>> byRoot) {
    try {
      for (byte[] data : nodes(byRoot, ZooKeeperLayout.DOMAINS).values()) {
        DomainRecord record = DomainRecord.parseFrom(data);
        index(record);
        stored.add(ZooKeeperLayout.domain(record.getSpec().getUuid()));
        stored.add(ZooKeeperLayout.assignment(record.getHost(), record.getSpec().getUuid()));
      }
      for (Map.Entry<String, byte[]> node : nodes(byRoot, ZooKeeperLayout.PROJECTS).entrySet()) {
        projects.put(name(node.getKey()), ProjectRecord.parseFrom(node.getValue()));
        stored.add(node.getKey());
      }
      for (Map.Entry<String, byte[]> node : nodes(byRoot, ZooKeeperLayout.MAINTENANCE).entrySet()) {
        maintenance.put(name(node.getKey()), HostMaintenance.parseFrom(node.getValue()));
        stored.add(node.getKey());
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("ZooKeeper holds what is not a message of ours", e);
    }
    Map<String, byte[]> log = nodes(byRoot, ZooKeeperLayout.LOG);
    stored.addAll(log.keySet());
    history.load(log);
  }

  private static Map<String, byte[]> nodes(Map<String, Map<String, byte[]>> byRoot, String root) {
    return new TreeMap<>(byRoot.getOrDefault(root, Map.of()));
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** A domain by its UUID. */
  @Nullable DomainRecord domain(String uuid) {
    return domains.get(uuid);
  }

  /** A domain by its name or, in any letter case, its UUID; a name wins. */
  @Nullable DomainRecord find(String nameOrUuid) {
    String uuid = uuidsByName.get(nameOrUuid);
    return domains.get(uuid == null ? nameOrUuid.toLowerCase(Locale.ROOT) : uuid);
  }

  boolean isNameTaken(String name) {
    return uuidsByName.containsKey(name);
  }

  /** All domains. */
  List<DomainRecord> domains() {
    return new ArrayList<>(domains.values());
  }

  /** The domains placed on a host. */
  List<DomainRecord> domainsOn(String host) {
    List<DomainRecord> found = new ArrayList<>();
    for (String uuid : uuidsByHost.getOrDefault(host, Set.of())) {
      found.add(requireNonNull(domains.get(uuid)));
    }
    return found;
  }

  @Nullable ProjectRecord project(String name) {
    return projects.get(name);
  }

  /** The hosts that are drained. */
  Set<String> drained() {
    return new TreeSet<>(maintenance.keySet());
  }

  boolean isDrained(String host) {
    return maintenance.containsKey(host);
  }

  History history() {
    return history;
  }

  /** Stores a domain and its host's copy; one that had another host leaves it. */
  void put(DomainRecord record) {
    String uuid = record.getSpec().getUuid();
    DomainRecord old = domains.get(uuid);
    if (old != null && !old.getHost().equals(record.getHost())) {
      open.remove(ZooKeeperLayout.assignment(old.getHost(), uuid));
    }
    index(record);
    open.put(ZooKeeperLayout.domain(uuid), record);
    DomainRecord order = order(record);
    if (old == null || !order.equals(order(old))) {
      open.put(ZooKeeperLayout.assignment(record.getHost(), uuid), order);
    }
    schedule();
  }

  /** What the host is told; it is written only if it differs, since each write is an order. */
  private static DomainRecord order(DomainRecord record) {
    if (record.getOperation().isEmpty()
        && record.getDesiredBefore() == DesiredState.DESIRED_STATE_UNSPECIFIED
        && !record.getLeaving()) {
      return record;
    }
    DomainRecord.Builder order = record.toBuilder().clearOperation().clearDesiredBefore();
    if (record.getLeaving()) {
      order.setDesired(DesiredState.DESIRED_STATE_DESTROYED);
    }
    return order.build();
  }

  private void index(DomainRecord record) {
    String uuid = record.getSpec().getUuid();
    DomainRecord old = domains.put(uuid, record);
    if (old != null) {
      leave(old);
    }
    uuidsByName.put(record.getSpec().getName(), uuid);
    uuidsByHost.computeIfAbsent(record.getHost(), host -> new TreeSet<>()).add(uuid);
  }

  private void leave(DomainRecord record) {
    Set<String> uuids = uuidsByHost.get(record.getHost());
    if (uuids != null) {
      uuids.remove(record.getSpec().getUuid());
    }
  }

  /** Removes a domain and its host's copy. */
  void remove(DomainRecord record) {
    String uuid = record.getSpec().getUuid();
    domains.remove(uuid);
    uuidsByName.remove(record.getSpec().getName(), uuid);
    leave(record);
    open.remove(ZooKeeperLayout.domain(uuid));
    open.remove(ZooKeeperLayout.assignment(record.getHost(), uuid));
    schedule();
  }

  void putProject(Project project) {
    ProjectRecord record = ProjectRecord.newBuilder().setProject(project).build();
    projects.put(project.getName(), record);
    open.put(ZooKeeperLayout.project(project.getName()), record);
    schedule();
  }

  void removeProject(String name) {
    projects.remove(name);
    open.remove(ZooKeeperLayout.project(name));
    schedule();
  }

  void putMaintenance(String host, HostMaintenance record) {
    maintenance.put(host, record);
    open.put(ZooKeeperLayout.maintenance(host), record);
    schedule();
  }

  void removeMaintenance(String host) {
    maintenance.remove(host);
    open.remove(ZooKeeperLayout.maintenance(host));
    schedule();
  }

  /**
   * Demands that a host holds no lease when this transaction is committed, and has proven none
   * since its proof node had a version; raises that, so that the host cannot prove it any more.
   *
   * @param version -1 if there was no proof
   * @return the version after it
   */
  int guard(String host, int version) {
    Integer known = open.guards.putIfAbsent(host, version);
    return known == null ? version + 1 : known + 1;
  }

  /** Whether the transactions that are collected now demand that a host holds no lease. */
  boolean isGuarded(String host) {
    return open.guards.containsKey(host);
  }

  /** Tells what happened; its revision and date are filled in. */
  void event(Event.Builder event) {
    open.events.add(event.setRevision(history.takeRevision()).setTime(now()).build());
    schedule();
  }

  /** Notes an operation as it is now; told together with an event. */
  void operation(Operation operation) {
    history.put(operation);
    open.operations.put(operation.getId(), operation);
    schedule();
  }

  /**
   * Calls back once what was put before is committed, or, if there is nothing, once the term is
   * found to last; not at all if it ends first. Also what is only read here is told this way: a
   * leader whose term is over does not know it.
   */
  void whenCommitted(Runnable task) {
    open.committed.add(task);
    schedule();
  }

  /** A date for people. */
  Timestamp now() {
    Instant now = loop.wallTime();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }

  /** Between transactions: a batch that is full takes no more of them. */
  void endTransaction() {
    if (open.isFull()) {
      full.add(open);
      open = new Batch();
    }
  }

  private void schedule() {
    if (!scheduled && !ended) {
      scheduled = true;
      loop.execute(() -> {
        scheduled = false;
        commitNext();
      });
    }
  }

  private void commitNext() {
    if (committing || ended) {
      return;
    }
    Batch batch = full.pollFirst();
    if (batch == null) {
      batch = open;
      open = new Batch();
    }
    if (batch.isEmpty() && batch.committed.isEmpty()) {
      return;
    }
    committing = true;
    Batch leaving = batch;
    session.commit(
        leaving.isEmpty() ? List.of(checkTerm()) : writes(leaving),
        result -> committed(leaving, result));
  }

  private Write checkTerm() {
    return new Write.Check(ZooKeeperLayout.TERM, term);
  }

  private List<Write> writes(Batch batch) {
    if (batch.events.isEmpty()) {
      throw new IllegalStateException("a transaction without an event: " + batch.changes.keySet());
    }
    history.compact(batch);
    LogSegment segment =
        LogSegment.newBuilder()
            .addAllEvents(batch.events)
            .addAllOperations(batch.operations.values())
            .build();
    history.add(segment);
    batch.put(ZooKeeperLayout.logSegment(batch.events.getFirst().getRevision()), segment);
    List<Write> writes = new ArrayList<>(batch.changes.size() + 3);
    writes.add(checkTerm());
    batch.guards.forEach((host, version) -> {
      // Refused if the host holds a lease, or has proven one since.
      writes.add(Write.create(ZooKeeperLayout.lease(host), new byte[0]));
      writes.add(new Write.Delete(ZooKeeperLayout.lease(host), -1));
      String proof = ZooKeeperLayout.proof(host);
      writes.add(
          version < 0
              ? Write.create(proof, new byte[0])
              : new Write.SetData(proof, new byte[0], version));
    });
    @Nullable MessageLite last = null;
    byte[] data = new byte[0];
    for (Map.Entry<String, Optional<MessageLite>> change : batch.changes.entrySet()) {
      String path = change.getKey();
      @Nullable MessageLite message = change.getValue().orElse(null);
      if (message != null) {
        // A record and its host's copy are mostly the same message, one after the other.
        if (!message.equals(last)) {
          last = message;
          data = message.toByteArray();
        }
        writes.add(stored.add(path) ? Write.create(path, data) : new Write.SetData(path, data, -1));
      } else if (stored.remove(path)) {
        writes.add(new Write.Delete(path, -1));
      }
    }
    return writes;
  }

  private void committed(Batch batch, Commit result) {
    if (ended) {
      return;
    }
    switch (result) {
      case Commit.Done _ -> {
        committing = false;
        feed.told(batch.changes);
        batch.committed.forEach(Runnable::run);
        commitNext();
      }
      case Commit.Refused refused ->
          fail("write %d of a commit was refused: %s".formatted(refused.index(), refused.reason()));
      case Commit.Unknown unknown -> fail(unknown.why());
    }
  }

  private void fail(String why) {
    end();
    over.accept(why);
  }

  /** Commits nothing more. */
  void end() {
    ended = true;
  }
}
