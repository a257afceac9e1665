package org.xenoserver.ops.simulate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.hostagent.cluster.AgentSettings;
import org.xenoserver.hostagent.cluster.ClusterAgent;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.hostagent.domains.Images;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostState;
import org.xenoserver.vmm.domain.RunPermit;

/** A host with its agent: the agent's own code, over a simulated hypervisor. */
final class SimulatedHost {
  static final Duration LEASE = Duration.ofSeconds(5);

  /** Three hosts have room for all domains there can be; two have not. */
  static final long MEMORY_BYTES = 5L << 30;

  private final World world;
  private final String name;
  private final String zone;
  private SimulatedProcess process;
  private SimulatedHypervisor hypervisor;
  private SimulatedStore store;
  private HostDomains domains;
  private boolean up;
  private int starts;

  SimulatedHost(World world, String name, String zone) {
    this.world = world;
    this.name = name;
    this.zone = zone;
    this.process = world.process(name);
    RunPermit permit = RunPermit.untilProven(process);
    this.hypervisor =
        new SimulatedHypervisor(world.time(), world.guests(), process, permit, MEMORY_BYTES);
    this.store = world.store(process, LEASE);
    this.domains = domains();
  }

  String name() {
    return name;
  }

  SimulatedProcess process() {
    return process;
  }

  boolean isUp() {
    return up;
  }

  private HostDomains domains() {
    return new HostDomains(
        name,
        hypervisor,
        new Images(Path.of("/images")),
        process::wallTime,
        () -> new UUID(world.time().random().nextLong(), world.time().random().nextLong()));
  }

  /** Starts a process of the agent. */
  void start() {
    if (up) {
      return;
    }
    up = true;
    starts++;
    process = world.process(name);
    RunPermit permit = RunPermit.untilProven(process);
    // Ends with the process.
    var _ = permit.onChange(world.guests()::changed);
    hypervisor =
        new SimulatedHypervisor(world.time(), world.guests(), process, permit, MEMORY_BYTES);
    store = world.store(process, LEASE);
    domains = domains();
    SimulatedProcess running = process;
    ClusterAgent agent =
        new ClusterAgent(
            process,
            store,
            job -> work(running, job),
            domains,
            permit,
            this::description,
            new AgentSettings(
                name + "#" + starts,
                LEASE,
                world.has(Safeguard.FENCING),
                world.has(Safeguard.EPOCH)),
            new ClusterAgent.Listener() {
              @Override
              public void joined() {
                world.time().tell(name, "has joined");
              }

              @Override
              public void nameTaken() {}

              @Override
              public void refused(String sentence) {
                throw new Violation(sentence);
              }
            });
    process.execute(agent::start);
  }

  /** The worker takes its time, and stands still with its process. */
  private void work(SimulatedProcess running, Runnable job) {
    long delayNs =
        world.time().chance(0.05)
            ? world.time().betweenNs(50, 2_000)
            : world.time().betweenNs(0, 10);
    world.time().after(delayNs, () -> running.execute(job));
  }

  private Host description() {
    return Host.newBuilder()
        .setName(name)
        .setAddress(name + ":1")
        .setState(HostState.HOST_STATE_UP)
        .setProcessors(4)
        .setMemoryBytes(MEMORY_BYTES)
        .setEngine("software")
        .setMachine("riscv64")
        .addFailureDomain(zone)
        .build();
  }

  /** Answers whether it could take a domain. */
  void check(DomainSpec spec, Consumer<@Nullable RpcFailure> done) {
    process.execute(() -> {
      try {
        domains.check(spec);
        done.accept(null);
      } catch (RpcFailure e) {
        done.accept(e);
      }
    });
  }

  void crash() {
    if (up) {
      up = false;
      process.crash();
      hypervisor.crash();
      store.abandon();
    }
  }
}
