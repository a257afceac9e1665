package org.xenoserver.clustermanager.view;

import com.google.protobuf.MessageLite;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.view.Waiters.Topic;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostMaintenance;
import org.xenoserver.proto.v1.LogSegment;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectRecord;

/**
 * The cluster as this manager knows it. It may be some milliseconds behind ZooKeeper; whoever wrote
 * waits here until the write is seen. Safe from any thread; nothing is called with the lock held.
 */
public final class ClusterView implements ClusterFeed {
  private static final Logger log = LoggerFactory.getLogger(ClusterView.class);
  private static final String DEFAULT_PROJECT = "default";

  private final ReentrantLock rowsLock = new ReentrantLock();
  private final Waiters waiters = new Waiters();
  private final Subscribers<Domain> domainSubscribers = new Subscribers<>();
  private final Subscribers<Host> hostSubscribers = new Subscribers<>();
  private final Rows rows;
  private final EventBook book = new EventBook();
  private final TreeMap<String, Project> projects = new TreeMap<>();

  /**
   * Begins empty.
   *
   * @param clock dates the end of leases
   */
  public ClusterView(InstantSource clock) {
    rows = new Rows(clock, this::domainChanged, hostSubscribers::tell);
    projects.put(DEFAULT_PROJECT, defaultProject());
  }

  private void domainChanged(Domain domain) {
    domainSubscribers.tell(domain);
    waiters.wake(new Topic.OfDomain(domain.getSpec().getUuid()));
  }

  /** A domain by its name or UUID. */
  public Optional<DomainEntry> find(String nameOrUuid) {
    return read(rows -> rows.find(nameOrUuid));
  }

  /** All domains, oldest first. */
  public List<Domain> domains() {
    return read(Rows::domains);
  }

  /** A host by its name. */
  public Optional<HostEntry> host(String host) {
    return read(rows -> rows.host(host));
  }

  /** All hosts by name. */
  public List<HostEntry> hosts() {
    return read(rows -> List.copyOf(rows.hosts()));
  }

  /** All domains now, then every change; the caller closes it. */
  public Subscription<Domain> watchDomains() {
    return read(rows -> domainSubscribers.add(rows.domains()));
  }

  /** All hosts now, then every change; the caller closes it. */
  public Subscription<Host> watchHosts() {
    return read(rows -> hostSubscribers.add(rows.hosts().stream().map(HostEntry::host).toList()));
  }

  /**
   * Waits until a domain, or its absence, is as asked.
   *
   * @return the domain then, or as it is when the patience ends
   */
  public Optional<DomainEntry> await(
      String uuid, Predicate<Optional<DomainEntry>> asked, Duration patience)
      throws InterruptedException {
    return await(
        List.of(new Topic.OfDomain(uuid)),
        rows -> Optional.ofNullable(rows.domain(uuid)),
        asked,
        patience);
  }

  /**
   * Waits until the hosts are as asked.
   *
   * @return the hosts then, or as they are when the patience ends
   */
  public List<HostEntry> awaitHosts(Predicate<List<HostEntry>> asked, Duration patience)
      throws InterruptedException {
    return await(List.of(new Topic.Hosts()), rows -> List.copyOf(rows.hosts()), asked, patience);
  }

  /** The operations that are remembered, oldest first. */
  public List<Operation> operations() {
    return read(rows ->
        book.operations().stream()
            .sorted((a, b) -> Timestamps.compare(a.getCreateTime(), b.getCreateTime()))
            .toList());
  }

  /** An operation by its id. */
  public Optional<Operation> operation(String id) {
    return read(rows -> Optional.ofNullable(book.operation(id)));
  }

  /**
   * Waits until a domain and an operation on it are as asked.
   *
   * @return whether they are
   */
  public boolean await(
      String uuid,
      String operation,
      BiPredicate<Optional<DomainEntry>, Optional<Operation>> asked,
      Duration patience)
      throws InterruptedException {
    return await(
        List.of(new Topic.OfDomain(uuid), new Topic.OfOperation(operation)),
        rows ->
            asked.test(
                Optional.ofNullable(rows.domain(uuid)),
                Optional.ofNullable(book.operation(operation))),
        is -> is,
        patience);
  }

  /** Waits until an operation is shown; empty if it is not in time. */
  public Optional<Operation> awaitOperation(String id, Duration patience)
      throws InterruptedException {
    return await(
        List.of(new Topic.OfOperation(id)),
        rows -> Optional.ofNullable(book.operation(id)),
        Optional::isPresent,
        patience);
  }

  /** The revision the next event will have. */
  public long nextRevision() {
    return read(rows -> book.next());
  }

  /**
   * Waits for events.
   *
   * @return those from the revision on, without a gap; empty if there were none in time
   * @throws org.xenoserver.proto.error.RpcFailure COMPACTED if that revision is no longer kept
   */
  public List<Event> awaitEvents(long fromRevision, Duration patience) throws InterruptedException {
    return await(
        List.of(new Topic.Events()),
        rows -> book.from(fromRevision),
        events -> !events.isEmpty(),
        patience);
  }

  /** The projects, by name; "default" is among them. */
  public List<Project> projects() {
    return read(rows -> new ArrayList<>(projects.values()));
  }

  private <T> T await(
      List<Topic> topics, Function<Rows, T> question, Predicate<T> asked, Duration patience)
      throws InterruptedException {
    rowsLock.lock();
    try {
      T answer = question.apply(rows);
      if (asked.test(answer)) {
        return answer;
      }
      Condition changed = rowsLock.newCondition();
      waiters.add(changed, topics);
      try {
        long leftNs = patience.toNanos();
        while (!asked.test(answer) && leftNs > 0) {
          leftNs = changed.awaitNanos(leftNs);
          answer = question.apply(rows);
        }
        return answer;
      } finally {
        waiters.remove(changed, topics);
      }
    } finally {
      rowsLock.unlock();
    }
  }

  private <T> T read(Function<Rows, T> question) {
    rowsLock.lock();
    try {
      return question.apply(rows);
    } finally {
      rowsLock.unlock();
    }
  }

  private static Project defaultProject() {
    return Project.newBuilder().setName(DEFAULT_PROJECT).build();
  }

  @Override
  public void snapshot(String root, Map<String, byte[]> nodes) {
    change(rows -> {
      for (String path : known(root)) {
        if (!nodes.containsKey(path)) {
          forget(path);
        }
      }
      nodes.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(node -> take(node.getKey(), node.getValue()));
    });
  }

  @Override
  public void put(String path, byte[] data) {
    change(rows -> take(path, data));
  }

  @Override
  public void removed(String path) {
    change(rows -> forget(path));
  }

  @Override
  public void told(Map<String, Optional<MessageLite>> changes) {
    change(rows ->
        changes.forEach((path, message) ->
            message.ifPresentOrElse(told -> take(path, told), () -> forget(path))));
  }

  /** Takes in what is parsed; hosts' copies of records are not for the view. */
  private void take(String path, MessageLite message) {
    switch (message) {
      case Domain status -> {
        String[] parts = path.split("/", -1);
        rows.putStatus(parts[2], parts[3], status);
      }
      case Host host when path.startsWith(ZooKeeperLayout.LEASES) -> {
        rows.putLease(name(path), host);
        waiters.wake(new Topic.Hosts());
      }
      case Host host -> {
        rows.putRegistration(name(path), host);
        waiters.wake(new Topic.Hosts());
      }
      case DomainRecord record when path.startsWith(ZooKeeperLayout.DOMAINS) ->
          rows.putRecord(record);
      case ProjectRecord record -> projects.put(name(path), record.getProject());
      case HostMaintenance _ -> rows.setDrained(name(path), true);
      case LogSegment segment -> put(Long.parseLong(name(path)), segment);
      default -> log.debug("{} is not for the view", path);
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void put(long firstRevision, LogSegment segment) {
    book.put(firstRevision, segment);
    waiters.wake(new Topic.Events());
    segment
        .getOperationsList()
        .forEach(operation -> waiters.wake(new Topic.OfOperation(operation.getId())));
  }

  /** The paths that were told of below a folder. */
  private Set<String> known(String root) {
    Set<String> paths = new TreeSet<>();
    switch (root) {
      case ZooKeeperLayout.HOSTS ->
          rows.registered().forEach(host -> paths.add(ZooKeeperLayout.host(host)));
      case ZooKeeperLayout.LEASES ->
          rows.leased().forEach(host -> paths.add(ZooKeeperLayout.lease(host)));
      case ZooKeeperLayout.DOMAINS ->
          rows.uuids().forEach(uuid -> paths.add(ZooKeeperLayout.domain(uuid)));
      case ZooKeeperLayout.MAINTENANCE ->
          rows.drained().forEach(host -> paths.add(ZooKeeperLayout.maintenance(host)));
      case ZooKeeperLayout.PROJECTS ->
          projects.keySet().forEach(name -> paths.add(ZooKeeperLayout.project(name)));
      case ZooKeeperLayout.STATUS ->
          rows.told()
              .forEach((host, uuids) ->
                  uuids.forEach(uuid -> paths.add(ZooKeeperLayout.status(host, uuid))));
      default -> book.revisions().forEach(first -> paths.add(ZooKeeperLayout.logSegment(first)));
    }
    return paths;
  }

  private void take(String path, byte[] data) {
    StoredMessage.parse(path, data).ifPresent(message -> take(path, message));
  }

  private void forget(String path) {
    String[] parts = path.split("/", -1);
    switch ("/" + parts[1]) {
      case ZooKeeperLayout.HOSTS -> {
        rows.removeRegistration(parts[2]);
        waiters.wake(new Topic.Hosts());
      }
      case ZooKeeperLayout.LEASES -> {
        rows.removeLease(parts[2]);
        waiters.wake(new Topic.Hosts());
      }
      case ZooKeeperLayout.DOMAINS -> rows.removeRecord(parts[2]);
      case ZooKeeperLayout.STATUS -> rows.removeStatus(parts[2], parts[3]);
      case ZooKeeperLayout.MAINTENANCE -> rows.setDrained(parts[2], false);
      case ZooKeeperLayout.PROJECTS -> {
        projects.remove(parts[2]);
        projects.putIfAbsent(DEFAULT_PROJECT, defaultProject());
      }
      case ZooKeeperLayout.LOG -> {
        book.remove(Long.parseLong(parts[2]));
        waiters.wake(new Topic.Events());
      }
      default -> log.debug("{} is not for the view", path);
    }
  }

  void change(Consumer<Rows> change) {
    rowsLock.lock();
    try {
      change.accept(rows);
    } finally {
      rowsLock.unlock();
    }
  }
}
