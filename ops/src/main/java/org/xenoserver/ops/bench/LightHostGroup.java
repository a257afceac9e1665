package org.xenoserver.ops.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.LayoutVersion;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Store;
import org.xenoserver.proto.coordination.TreeListener;
import org.xenoserver.proto.coordination.Write;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;

/** Some of the {@link LightHosts}, in one ZooKeeper session. Owned by the event loop. */
final class LightHostGroup implements Store.SessionListener {
  /** Hosts whose nodes are written by one commit. */
  private static final int HOSTS_PER_COMMIT = 50;

  private static final int RACKS = 100;

  private final EventLoop loop;
  private final int first;
  private final int end;
  private final String address;
  private final Duration leaseTimeout;
  private final LightHosts.Tally tally;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private final LightHostStatuses statuses;

  /** The transaction of each domain's assignment that was answered for last, by UUID. */
  private final Map<String, Long> answered = new HashMap<>();

  private int unread;
  private boolean joined;

  /** The hosts from one number to before another. */
  LightHostGroup(
      EventLoop loop,
      int first,
      int end,
      String address,
      Duration leaseTimeout,
      LightHosts.Tally tally) {
    this.loop = loop;
    this.first = first;
    this.end = end;
    this.address = address;
    this.leaseTimeout = leaseTimeout;
    this.tally = tally;
    this.statuses = new LightHostStatuses(loop, tally);
    this.unread = end - first;
  }

  /** Done once all hosts have their leases and watch their assignments. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  @Override
  public void connected(Session session) {
    if (joined) {
      return;
    }
    joined = true;
    LayoutVersion.ensure(
        session,
        found -> {
          switch (found) {
            case LayoutVersion.Found.Ours _ -> register(session, first);
            case LayoutVersion.Found.Other other -> tally.fail(other.sentence());
            case LayoutVersion.Found.Unknown unknown -> tally.fail(unknown.why());
          }
        });
  }

  @Override
  public void lost(Session session) {
    tally.fail(
        "the ZooKeeper session of hosts %s to %s ended, and so their leases"
            .formatted(LightHosts.name(first), LightHosts.name(end - 1)));
  }

  static byte[] incarnation(String host) {
    return (host + "/1").getBytes(UTF_8);
  }

  private Host host(int number) {
    String name = LightHosts.name(number);
    return Host.newBuilder()
        .setName(name)
        .setAddress(address)
        .setProcessors(64)
        .setMemoryBytes(1L << 40)
        .setEngine("software")
        .setMachine("riscv64")
        .putLabels("disk", number % 2 == 0 ? "ssd" : "hdd")
        .addFailureDomain("zone-" + number % 3)
        .addFailureDomain("rack-" + number % RACKS)
        .setIncarnation(name + "/1")
        .setProofValidityMs((int) (leaseTimeout.toMillis() * 3 / 5))
        .build();
  }

  private void register(Session session, int from) {
    if (from >= end) {
      for (int number = first; number < end; number++) {
        follow(session, LightHosts.name(number));
      }
      new LightHostProofs(loop, session, first, end, leaseTimeout, tally).begin();
      return;
    }
    int to = Math.min(end, from + HOSTS_PER_COMMIT);
    List<Write> writes = new ArrayList<>();
    for (int number = from; number < to; number++) {
      String name = LightHosts.name(number);
      byte[] description = host(number).toByteArray();
      writes.add(Write.create(ZooKeeperLayout.assignments(name), new byte[0]));
      writes.add(Write.create(ZooKeeperLayout.statuses(name), new byte[0]));
      writes.add(Write.create(ZooKeeperLayout.host(name), description));
      writes.add(Write.create(ZooKeeperLayout.proof(name), incarnation(name)));
      writes.add(Write.createEphemeral(ZooKeeperLayout.lease(name), description));
    }
    session.commit(
        writes,
        result -> {
          if (result instanceof Commit.Done) {
            register(session, to);
          } else {
            tally.fail("the hosts could not be registered: " + result);
          }
        });
  }

  private void follow(Session session, String host) {
    session.follow(
        ZooKeeperLayout.assignments(host),
        1,
        new TreeListener() {
          private boolean told;

          @Override
          public void snapshot(Map<String, Node> nodes) {
            nodes.forEach(this::put);
            if (!told) {
              told = true;
              if (--unread == 0) {
                ready.complete(null);
              }
            }
          }

          @Override
          public void put(String path, Node node) {
            assigned(session, host, node);
          }

          @Override
          public void removed(String path) {
            tally.fail("the assignment %s was taken away".formatted(path));
          }
        });
  }

  /** A host was told to run a domain: it runs at once. */
  private void assigned(Session session, String host, Node node) {
    try {
      DomainRecord record = DomainRecord.parseFrom(node.data());
      String uuid = record.getSpec().getUuid();
      Long before = answered.put(uuid, node.transaction());
      if (before != null && before == node.transaction()) {
        return;
      }
      byte[] status =
          Domain.newBuilder()
              .setSpec(record.getSpec())
              .setState(DomainState.DOMAIN_STATE_RUNNING)
              .setHost(host)
              .setCreateTime(record.getCreateTime())
              .setEpoch(record.getEpoch())
              .setIncarnation(host + "/1")
              .build()
              .toByteArray();
      String path = ZooKeeperLayout.status(host, uuid);
      statuses.tell(
          session,
          before == null ? Write.create(path, status) : new Write.SetData(path, status, -1));
    } catch (InvalidProtocolBufferException e) {
      tally.fail("an assignment of host %s is not understood".formatted(host));
    }
  }
}
