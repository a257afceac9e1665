package org.xenoserver.integrationtests.faults;

import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;
import org.xenoserver.proto.v1.ListHostDomainsRequest;

/**
 * Follows the consoles of all domains on all hosts, out of band: what happens on a host that is cut
 * off is seen as well. One thread a host, which asks what is there twice a second.
 */
final class Witness implements AutoCloseable {
  private static final long ASK_MS = 500;

  private final FaultCluster cluster;
  private final Executions executions;
  private final Set<String> followed = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Begins. */
  Witness(FaultCluster cluster, Executions executions) {
    this.cluster = cluster;
    this.executions = executions;
    for (String host : FaultCluster.HOSTS) {
      var unused = Thread.ofVirtual().name("witness-" + host).start(() -> watch(host));
    }
  }

  private void watch(String host) {
    while (!closed) {
      try {
        for (Domain domain :
            HostAgentServiceGrpc.newBlockingStub(cluster.channel(host))
                .withDeadlineAfter(2, TimeUnit.SECONDS)
                .listHostDomains(ListHostDomainsRequest.getDefaultInstance())
                .getDomainsList()) {
          follow(host, domain);
        }
      } catch (io.grpc.StatusRuntimeException e) {
        // It is down or stopped: asked again.
      }
      try {
        Thread.sleep(ASK_MS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void follow(String host, Domain domain) {
    String uuid = domain.getSpec().getUuid();
    String key = host + "/" + uuid;
    if (!followed.add(key)) {
      return;
    }
    String name = Executions.key(domain.getSpec());
    ConsoleLines lines = new ConsoleLines(line -> executions.add(name, host, line));
    StreamObserver<ConsoleInput> input =
        HostAgentServiceGrpc.newStub(cluster.channel(host))
            .hostConsole(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ConsoleOutput said) {
                    lines.add(said.getData().toStringUtf8());
                  }

                  @Override
                  public void onError(Throwable problem) {
                    followed.remove(key);
                  }

                  @Override
                  public void onCompleted() {
                    followed.remove(key);
                  }
                });
    input.onNext(ConsoleInput.newBuilder().setDomain(uuid).setReplay(true).build());
  }

  @Override
  public void close() {
    closed = true;
  }
}
