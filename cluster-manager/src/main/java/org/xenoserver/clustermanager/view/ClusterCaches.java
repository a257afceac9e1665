package org.xenoserver.clustermanager.view;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.store.StoredDomain;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Host;

/**
 * Feeds a {@link ClusterView} from ZooKeeper by one recursive watch each on hosts, leases, domains
 * and statuses. Curator reads the watched trees again whenever its connection was interrupted.
 */
public final class ClusterCaches implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterCaches.class);

  private final List<CuratorCache> caches = new ArrayList<>();
  private final CountDownLatch unread = new CountDownLatch(4);
  private final ClusterView view;

  /** Begins to feed the view. */
  public ClusterCaches(CuratorFramework client, ClusterView view) {
    this.view = view;
    feed(client, ZooKeeperLayout.HOSTS, 1, this::registration, this::registrationGone);
    feed(client, ZooKeeperLayout.LEASES, 1, this::lease, this::leaseGone);
    feed(client, ZooKeeperLayout.DOMAINS, 1, this::record, this::recordGone);
    feed(client, ZooKeeperLayout.STATUS, 2, this::status, this::statusGone);
    caches.forEach(CuratorCache::start);
  }

  /**
   * Waits until all that was stored has been read.
   *
   * @throws RpcFailure UNAVAILABLE if the patience ends first
   */
  public void awaitRead(Duration patience) throws InterruptedException {
    if (!unread.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE,
          "the cluster's state could not be read from ZooKeeper within %d s"
              .formatted(patience.toSeconds()));
    }
  }

  /** Stops feeding. */
  @Override
  public void close() {
    caches.forEach(CuratorCache::close);
  }

  private void feed(
      CuratorFramework client,
      String root,
      int depth,
      BiConsumer<List<String>, ChildData> put,
      Consumer<List<String>> remove) {
    CuratorCache cache = CuratorCache.build(client, root);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((old, data) -> {
                  List<String> names = below(root, data.getPath());
                  if (names.size() == depth) {
                    put.accept(names, data);
                  }
                })
                .forDeletes(data -> {
                  List<String> names = below(root, data.getPath());
                  if (names.size() == depth) {
                    remove.accept(names);
                  }
                })
                .forInitialized(unread::countDown)
                .build());
    caches.add(cache);
  }

  private static List<String> below(String root, String path) {
    return path.length() <= root.length() + 1
        ? List.of()
        : List.of(path.substring(root.length() + 1).split("/", -1));
  }

  private void registration(List<String> path, ChildData data) {
    parse(data, Host.parser(), host -> view.change(r -> r.putRegistration(path.getFirst(), host)));
  }

  private void registrationGone(List<String> path) {
    view.change(rows -> rows.removeRegistration(path.getFirst()));
  }

  private void lease(List<String> path, ChildData data) {
    parse(data, Host.parser(), host -> view.change(rows -> rows.putLease(path.getFirst(), host)));
  }

  private void leaseGone(List<String> path) {
    view.change(rows -> rows.removeLease(path.getFirst()));
  }

  private void record(List<String> path, ChildData data) {
    int version = data.getStat().getVersion();
    parse(
        data,
        DomainRecord.parser(),
        record -> view.change(rows -> rows.putRecord(new StoredDomain(record, version))));
  }

  private void recordGone(List<String> path) {
    view.change(rows -> rows.removeRecord(path.getFirst()));
  }

  private void status(List<String> path, ChildData data) {
    parse(
        data,
        Domain.parser(),
        status -> view.change(rows -> rows.putStatus(path.getFirst(), path.getLast(), status)));
  }

  private void statusGone(List<String> path) {
    view.change(rows -> rows.removeStatus(path.getFirst(), path.getLast()));
  }

  private static <T> void parse(ChildData data, Parser<T> parser, Consumer<T> use) {
    try {
      use.accept(parser.parseFrom(data.getData()));
    } catch (InvalidProtocolBufferException e) {
      log.warn("{} in ZooKeeper is not what the layout says: {}", data.getPath(), e.getMessage());
    }
  }
}
