package org.xenoserver.accounting.rpc;

import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xenoserver.accounting.collect.Collector;
import org.xenoserver.accounting.ledger.HostUsage;
import org.xenoserver.accounting.ledger.Ledger;
import org.xenoserver.accounting.ledger.LedgerException;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainUsage;
import org.xenoserver.proto.v1.ListUsageRequest;
import org.xenoserver.proto.v1.ListUsageResponse;
import org.xenoserver.proto.v1.UsageServiceGrpc;

/** Tells the totals of domains over all their boots and hosts, from the ledger. */
public final class UsageService extends UsageServiceGrpc.UsageServiceImplBase {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Collector collector;
  private final Ledger ledger;

  /** Tells what a ledger has, after asking the hosts for what it has not. */
  public UsageService(Collector collector, Ledger ledger) {
    this.collector = collector;
    this.ledger = ledger;
  }

  @Override
  public void listUsage(ListUsageRequest request, StreamObserver<ListUsageResponse> out) {
    List<HostUsage> usage;
    try {
      collector.collectNow(PATIENCE);
      usage = ledger.usage();
    } catch (LedgerException e) {
      throw RpcFailure.of(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RpcFailure.of(ErrorCode.UNAVAILABLE, "accounting is stopping", e);
    }
    String asked = request.getDomain();
    Map<String, DomainUsage.Builder> totals = new LinkedHashMap<>();
    for (HostUsage part : usage) {
      if (asked.isEmpty()
          || asked.equals(part.domainName())
          || asked.equalsIgnoreCase(part.domainUuid())) {
        add(totals.computeIfAbsent(part.domainUuid(), uuid -> DomainUsage.newBuilder()), part);
      }
    }
    if (totals.isEmpty() && !asked.isEmpty()) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "accounting knows no domain '" + asked + "'");
    }
    ListUsageResponse.Builder response = ListUsageResponse.newBuilder();
    totals.values().forEach(response::addUsage);
    out.onNext(response.build());
    out.onCompleted();
  }

  private static void add(DomainUsage.Builder total, HostUsage part) {
    Instant newest =
        Instant.ofEpochSecond(total.getTime().getSeconds(), total.getTime().getNanos());
    if (!total.hasTime() || part.time().isAfter(newest)) {
      total
          .setDomainUuid(part.domainUuid())
          .setDomainName(part.domainName())
          .setHost(part.host())
          .setTime(
              Timestamp.newBuilder()
                  .setSeconds(part.time().getEpochSecond())
                  .setNanos(part.time().getNano()));
    }
    total
        .setCpuNs(total.getCpuNs() + part.cpuNs())
        .setWaitNs(total.getWaitNs() + part.waitNs())
        .setRetiredInstructions(total.getRetiredInstructions() + part.retiredInstructions())
        .setMemoryByteSeconds(total.getMemoryByteSeconds() + part.memoryByteSeconds())
        .setDiskReadOperations(total.getDiskReadOperations() + part.diskReadOperations())
        .setDiskReadBytes(total.getDiskReadBytes() + part.diskReadBytes())
        .setDiskWriteOperations(total.getDiskWriteOperations() + part.diskWriteOperations())
        .setDiskWriteBytes(total.getDiskWriteBytes() + part.diskWriteBytes())
        .setDiskFlushOperations(total.getDiskFlushOperations() + part.diskFlushOperations());
  }
}
