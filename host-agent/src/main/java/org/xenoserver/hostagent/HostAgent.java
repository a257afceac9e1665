package org.xenoserver.hostagent;

import java.io.IOException;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.cluster.ClusterMembership;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.hostagent.domains.Images;
import org.xenoserver.hostagent.metering.UsageMeter;
import org.xenoserver.hostagent.rpc.HostAgentService;
import org.xenoserver.proto.BuildVersion;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.RpcServer;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostState;
import org.xenoserver.vmm.domain.Hypervisor;
import org.xenoserver.vmm.domain.RunPermit;

/** A host agent: the domains of one host, served over gRPC and, if configured, to a cluster. */
public final class HostAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostAgent.class);
  private static final String ENGINE = "software";
  private static final String MACHINE = "riscv64";

  private final HostAgentConfig config;
  private final HostDomains domains;
  private final HostAgentService service;
  private final InstantSource clock;
  private final RunPermit permit;
  private @Nullable RpcServer server;
  private @Nullable ClusterMembership membership;
  private boolean closed;

  /**
   * An agent not started yet.
   *
   * @param hypervisor runs the domains, only while the permit holds; the agent closes it
   */
  public HostAgent(
      HostAgentConfig config, Hypervisor hypervisor, RunPermit permit, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.permit = permit;
    this.domains =
        new HostDomains(
            config.name(),
            hypervisor,
            new Images(config.imagesDirectoryOrDefault()),
            clock,
            UUID::randomUUID);
    UsageMeter meter = new UsageMeter(config.name(), domains, clock);
    this.service = new HostAgentService(this::host, domains, meter);
  }

  /**
   * Listens, and begins to join the cluster if one is configured. If it fails, the agent must be
   * closed.
   *
   * @throws IOException with one sentence if it cannot listen
   */
  public void start() throws IOException {
    RpcServer listening = RpcServer.on(config.listen()).service(service).start();
    server = listening;
    log.info("host {} listens on {}", config.name(), listening.endpoint());
    if (config.zookeeper() != null) {
      membership =
          ClusterMembership.join(
              config.zookeeper(),
              config.leaseTimeout(),
              this::host,
              domains,
              permit,
              System::nanoTime,
              clock);
    }
  }

  /**
   * Completes when the host is a member of its cluster, which takes as long as ZooKeeper is away or
   * has the session of an earlier agent, or at once if it stands alone. Fails, with a sentence, if
   * it can never be one. Only once started.
   */
  public CompletableFuture<?> joined() {
    return membership == null ? CompletableFuture.completedFuture(true) : membership.joined();
  }

  /** Where it listens, with the actual port; only once started. */
  public Endpoint endpoint() {
    if (server == null) {
      throw new IllegalStateException("the agent is not started");
    }
    return server.endpoint();
  }

  private Host host() {
    Hypervisor.HostResources resources = domains.resources();
    return Host.newBuilder()
        .setName(config.name())
        .setAddress(config.advertised(endpoint()).toString())
        .setState(HostState.HOST_STATE_UP)
        .setProcessors(resources.processors())
        .setMemoryBytes(resources.memoryBytes())
        .setMemoryAssignedBytes(resources.memoryBytes() - resources.memoryFreeBytes())
        .setDomains(domains.list().size())
        .setEngine(ENGINE)
        .setVersion(BuildVersion.CURRENT)
        .setMachine(MACHINE)
        .putAllLabels(config.labelMap())
        .addAllFailureDomain(config.failureDomain())
        .setDiskBytes(config.diskBytes())
        .build();
  }

  /**
   * Destroys the domains, gives collectors of usage their last figures, gives the lease back and
   * stops listening. Idempotent.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (membership != null) {
      membership.stopReconciling();
    }
    domains.close();
    service.finishStreams();
    if (server != null) {
      server.close();
    }
    service.close();
    if (membership != null) {
      membership.close();
    }
    if (server != null) {
      log.info("host {} has stopped", config.name());
    }
  }
}
