package org.xenoserver.ops.simulate;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.control.Answer;
import org.xenoserver.clustermanager.control.Command;
import org.xenoserver.clustermanager.control.ControlPlane;
import org.xenoserver.clustermanager.control.ControlSettings;
import org.xenoserver.clustermanager.placement.Overcommit;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.view.ClusterFeed;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Host;

/** A manager: its own control plane, over simulated ZooKeeper and network. */
final class ManagerProcess {
  private static final Duration SESSION = Duration.ofSeconds(3);
  private static final Duration CHECK_PATIENCE = Duration.ofSeconds(5);

  private final World world;
  private final String name;
  private SimulatedProcess process;
  private @Nullable SimulatedStore store;
  private @Nullable ControlPlane plane;
  private int starts;

  ManagerProcess(World world, String name) {
    this.world = world;
    this.name = name;
    this.process = world.process(name);
  }

  String name() {
    return name;
  }

  SimulatedProcess process() {
    return process;
  }

  boolean isUp() {
    return plane != null;
  }

  boolean leads() {
    return plane != null && plane.leads();
  }

  void start() {
    if (plane != null) {
      return;
    }
    starts++;
    process = world.process(name);
    SimulatedStore connecting = world.store(process, SESSION);
    store = connecting;
    ControlPlane begun =
        new ControlPlane(
            process,
            connecting,
            this::check,
            () -> new UUID(world.time().random().nextLong(), world.time().random().nextLong()),
            settings(),
            new Unseen(),
            new Hearing());
    plane = begun;
    process.execute(begun::start);
  }

  private ControlSettings settings() {
    return new ControlSettings(
        name + ":1",
        name + "#" + starts,
        new ControlSettings.Placement(
            new Policy.Spread(),
            new Overcommit(16, 1, 1),
            0,
            world.time().random().nextLong(),
            true),
        new ControlSettings.Recovery(
            Duration.ofMillis(500),
            Duration.ofMillis(200),
            Duration.ofSeconds(3),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            2),
        new ControlSettings.Retention(80, 400),
        world.has(Safeguard.IDEMPOTENCY));
  }

  private void check(Host host, DomainSpec spec, Consumer<@Nullable RpcFailure> done) {
    SimulatedProcess asking = process;
    boolean[] answered = new boolean[1];
    Consumer<@Nullable RpcFailure> once =
        refusal ->
            asking.execute(() -> {
              if (!answered[0]) {
                answered[0] = true;
                done.accept(refusal);
              }
            });
    SimulatedHost to = world.host(host.getName());
    world
        .network()
        .send(
            name,
            to.name(),
            () -> {
              if (to.isUp()) {
                to.check(
                    spec,
                    refusal -> world.network().send(to.name(), name, () -> once.accept(refusal)));
              }
            });
    var _ =
        process.after(
            CHECK_PATIENCE.toNanos(),
            () ->
                once.accept(
                    RpcFailure.of(
                        ErrorCode.UNAVAILABLE, "host " + to.name() + " does not answer")));
  }

  /** A request of a client arrives. */
  void submit(String id, Command command, Consumer<Answer> answer) {
    SimulatedProcess asked = process;
    asked.execute(() -> {
      ControlPlane to = plane;
      if (to != null && asked.equals(process)) {
        to.submit(id, "simulated", command, answer);
      }
    });
  }

  void crash() {
    if (store != null) {
      store.abandon();
    }
    process.crash();
    plane = null;
    store = null;
  }

  private final class Hearing implements ControlPlane.Listener {
    @Override
    public void leader(Optional<String> address, boolean here) {
      if (here) {
        world.time().tell(name, "leads");
      }
    }

    @Override
    public void read() {}

    @Override
    public void refused(String sentence) {
      throw new Violation(sentence);
    }
  }

  /** Nobody looks: what is stored is checked where it is stored. */
  private static final class Unseen implements ClusterFeed {
    @Override
    public void snapshot(String root, Map<String, byte[]> nodes) {}

    @Override
    public void put(String path, byte[] data) {}

    @Override
    public void removed(String path) {}
  }
}
