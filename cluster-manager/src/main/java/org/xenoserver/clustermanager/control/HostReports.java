package org.xenoserver.clustermanager.control;

import com.google.protobuf.MessageLite;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.view.ClusterFeed;
import org.xenoserver.clustermanager.view.StoredMessage;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.Host;

/**
 * Takes in what hosts write (registrations, leases, statuses): for the read model, for {@link
 * Observed}, and for the leader, if this manager is.
 */
final class HostReports {
  private final Observed observed = new Observed();
  private final ClusterFeed feed;
  private final Supplier<@Nullable Leader> leading;

  HostReports(ClusterFeed feed, Supplier<@Nullable Leader> leading) {
    this.feed = feed;
    this.leading = leading;
  }

  Observed observed() {
    return observed;
  }

  /** All there is in a folder. */
  void anew(String root, Map<String, byte[]> nodes) {
    feed.snapshot(root, nodes);
    switch (root) {
      case ZooKeeperLayout.HOSTS -> observed.registrations.clear();
      case ZooKeeperLayout.LEASES -> {
        for (String host : List.copyOf(observed.leases.keySet())) {
          if (!nodes.containsKey(ZooKeeperLayout.lease(host))) {
            forget(ZooKeeperLayout.lease(host));
          }
        }
      }
      default -> observed.clearStatuses();
    }
    nodes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(node ->
            StoredMessage.parse(node.getKey(), node.getValue())
                .ifPresent(message -> take(node.getKey(), message)));
  }

  /** A node that is new or has changed. */
  void put(String path, byte[] data) {
    StoredMessage.parse(path, data)
        .ifPresent(message -> {
          feed.told(Map.of(path, Optional.of(message)));
          take(path, message);
        });
  }

  /** A node that is gone. */
  void removed(String path) {
    feed.removed(path);
    forget(path);
  }

  private void take(String path, MessageLite message) {
    Leader leader = leading.get();
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

  private void forget(String path) {
    Leader leader = leading.get();
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
