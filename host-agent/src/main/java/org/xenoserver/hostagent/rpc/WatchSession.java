package org.xenoserver.hostagent.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.xenoserver.hostagent.domains.DomainWatcher;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;

/** One client that watches the domains: a snapshot, its end, then every change. */
final class WatchSession implements DomainWatcher {
  /** Changes that may wait for a client. */
  static final int BOUND = 4096;

  final BoundedStream<DomainEvent> stream;

  WatchSession(ServerCallStreamObserver<DomainEvent> out, Runnable ended) {
    stream = new BoundedStream<>(out, "the watch", BOUND, event -> 1, ended);
  }

  @Override
  public void snapshot(List<Domain> domains) {
    List<DomainEvent> events = new ArrayList<>();
    for (Domain domain : domains) {
      events.add(DomainEvent.newBuilder().setDomain(domain).setSnapshot(true).build());
    }
    events.add(DomainEvent.newBuilder().setSnapshotEnd(true).build());
    stream.begin(events);
  }

  @Override
  public void changed(Domain domain) {
    stream.offer(DomainEvent.newBuilder().setDomain(domain).build());
  }
}
