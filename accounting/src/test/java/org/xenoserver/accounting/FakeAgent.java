package org.xenoserver.accounting;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.RpcServer;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;
import org.xenoserver.proto.v1.StreamUsageRequest;
import org.xenoserver.proto.v1.UsageRecord;
import org.xenoserver.proto.v1.UsageReport;

/** A host agent whose domains use what the test says. */
final class FakeAgent extends HostAgentServiceGrpc.HostAgentServiceImplBase
    implements AutoCloseable {
  private final String host;
  private final RpcServer server;
  private final Map<String, UsageRecord> latest = new LinkedHashMap<>();
  private final Set<ServerCallStreamObserver<UsageReport>> streams = ConcurrentHashMap.newKeySet();
  private boolean silent;

  FakeAgent(String host) throws IOException {
    this.host = host;
    this.server = RpcServer.on(new Endpoint("127.0.0.1", 0)).service(this).start();
  }

  Endpoint endpoint() {
    return server.endpoint();
  }

  /** A domain has used this much processor time since a boot; told when next asked. */
  synchronized void uses(String domain, String boot, long cpuNs) {
    UsageRecord before = latest.get(domain + boot);
    latest.put(
        domain + boot,
        UsageRecord.newBuilder()
            .setHost(host)
            .setDomainUuid("uuid-" + domain)
            .setDomainName(domain)
            .setBootId(boot)
            .setSequence(before == null ? 1 : before.getSequence() + 1)
            .setTime(Clocks.timestamp())
            .setCpuNs(cpuNs)
            .setMemoryByteSeconds(3)
            .putExits("mmio", 4)
            .putExits("sbi", 5)
            .build());
  }

  /** Tells it to whoever streams, now. */
  synchronized void tell() {
    streams.forEach(stream -> stream.onNext(report()));
  }

  /** Stops answering questions for the figures of now. */
  synchronized void fallSilent() {
    silent = true;
  }

  /** Breaks the streams. */
  synchronized void breakStreams() {
    streams.forEach(s -> s.onError(Status.UNAVAILABLE.asRuntimeException()));
    streams.clear();
  }

  int streams() {
    return streams.size();
  }

  private UsageReport report() {
    return UsageReport.newBuilder().setHost(host).addAllRecords(latest.values()).build();
  }

  @Override
  public synchronized void streamUsage(
      StreamUsageRequest request, StreamObserver<UsageReport> out) {
    if (request.getIntervalMs() > 0) {
      out.onNext(report());
      streams.add((ServerCallStreamObserver<UsageReport>) out);
    } else if (!silent) {
      out.onNext(report());
      out.onCompleted();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
