package org.xenoserver.ops.xenctl;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostEvent;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.HostSchedule;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.HostState;
import org.xenoserver.proto.v1.ListHostsRequest;
import org.xenoserver.proto.v1.ListHostsResponse;
import org.xenoserver.proto.v1.ProposedMove;
import org.xenoserver.proto.v1.StuckDomain;
import org.xenoserver.proto.v1.WatchHostsRequest;

/**
 * Hosts in a map. What is to happen by itself happens when somebody has begun to watch, so that who
 * does not watch never sees it. Every method takes this object's monitor.
 */
final class FakeHosts extends HostServiceGrpc.HostServiceImplBase {
  /** What was asked for, for example {@code drain h1}. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** A domain that cannot leave, by host. */
  final Map<String, String> stuck = new ConcurrentHashMap<>();

  /** So many watches break after their snapshot. */
  final AtomicInteger breaking = new AtomicInteger();

  private final Map<String, Host> hosts = new TreeMap<>();
  private final List<StreamObserver<HostEvent>> watchers = new ArrayList<>();
  private boolean domainsLeave = true;
  private boolean lostComeBack = true;

  FakeHosts() {
    put(
        Host.newBuilder()
            .setName("host-1")
            .setAddress("127.0.0.1:7100")
            .setState(HostState.HOST_STATE_UP)
            .setProcessors(2)
            .setMemoryBytes(4L << 30)
            .setMemoryAssignedBytes(1536L << 20)
            .setDomains(3)
            .setEngine("software")
            .setVersion("0.1.0")
            .build());
    put(Host.newBuilder().setName("host-22").setState(HostState.HOST_STATE_LOST).build());
  }

  /** These and no others, each up with two domains. */
  synchronized void replaceBy(String... names) {
    hosts.clear();
    for (String name : names) {
      put(
          Host.newBuilder()
              .setName(name)
              .setAddress(name + ".lan:7100")
              .setState(HostState.HOST_STATE_UP)
              .setIncarnation("first")
              .setDomains(2)
              .build());
    }
  }

  synchronized void keepDomains() {
    domainsLeave = false;
  }

  synchronized void keepLost() {
    lostComeBack = false;
  }

  synchronized Host get(String name) {
    Host host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException(name);
    }
    return host;
  }

  synchronized void change(String name, UnaryOperator<Host.Builder> change) {
    put(change.apply(get(name).toBuilder()).build());
  }

  /** The agent is gone; it comes back as another incarnation. */
  void lose(String name) {
    change(name, host -> host.setState(HostState.HOST_STATE_LOST));
  }

  private synchronized void put(Host host) {
    hosts.put(host.getName(), host);
    for (StreamObserver<HostEvent> watcher : watchers) {
      watcher.onNext(HostEvent.newBuilder().setHost(host).build());
    }
  }

  @Override
  public synchronized void listHosts(
      ListHostsRequest request, StreamObserver<ListHostsResponse> client) {
    client.onNext(ListHostsResponse.newBuilder().addAllHosts(hosts.values()).build());
    client.onCompleted();
  }

  @Override
  public synchronized void drainHost(HostRequest request, StreamObserver<DrainReport> client) {
    String name = request.getHost();
    asked.add("drain " + name);
    if (!hosts.containsKey(name)) {
      client.onError(
          Status.NOT_FOUND
              .withDescription("there is no host '%s'".formatted(name))
              .asRuntimeException());
      return;
    }
    change(name, host -> host.setSchedule(HostSchedule.HOST_SCHEDULE_DRAINING));
    DrainReport.Builder report =
        DrainReport.newBuilder()
            .setHost(name)
            .addMoves(ProposedMove.newBuilder().setDomain("web").setFrom(name).setTo("other"));
    String domain = stuck.get(name);
    if (domain != null) {
      report.addStuck(
          StuckDomain.newBuilder()
              .setDomain(domain)
              .setReason("domain '%s' cannot be placed on any of 1 hosts".formatted(domain)));
    }
    client.onNext(report.build());
    client.onCompleted();
  }

  @Override
  public synchronized void uncordonHost(HostRequest request, StreamObserver<Host> client) {
    asked.add("uncordon " + request.getHost());
    change(request.getHost(), Host.Builder::clearSchedule);
    client.onNext(get(request.getHost()));
    client.onCompleted();
  }

  private synchronized void leave(StreamObserver<HostEvent> watcher) {
    watchers.remove(watcher);
  }

  @Override
  public synchronized void watchHosts(WatchHostsRequest request, StreamObserver<HostEvent> client) {
    for (Host host : hosts.values()) {
      client.onNext(HostEvent.newBuilder().setHost(host).setSnapshot(true).build());
    }
    client.onNext(HostEvent.newBuilder().setSnapshotEnd(true).build());
    if (breaking.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      client.onError(
          Status.UNAVAILABLE.withDescription("the manager is stopping").asRuntimeException());
      return;
    }
    watchers.add(client);
    // Without a handler, telling a client that has left would throw.
    ((ServerCallStreamObserver<HostEvent>) client).setOnCancelHandler(() -> leave(client));
    for (Host host : List.copyOf(hosts.values())) {
      if (domainsLeave && host.getSchedule() == HostSchedule.HOST_SCHEDULE_DRAINING) {
        change(host.getName(), Host.Builder::clearDomains);
      }
      if (lostComeBack && host.getState() == HostState.HOST_STATE_LOST) {
        change(
            host.getName(),
            back -> back.setState(HostState.HOST_STATE_UP).setIncarnation("second"));
      }
    }
  }
}
