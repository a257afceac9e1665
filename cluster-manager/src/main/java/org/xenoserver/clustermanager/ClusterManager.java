package org.xenoserver.clustermanager;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.agents.HostAgents;
import org.xenoserver.clustermanager.api.Callers;
import org.xenoserver.clustermanager.api.ClusterApi;
import org.xenoserver.clustermanager.api.Control;
import org.xenoserver.clustermanager.api.DomainApi;
import org.xenoserver.clustermanager.api.HostApi;
import org.xenoserver.clustermanager.api.ProjectApi;
import org.xenoserver.clustermanager.api.Writes;
import org.xenoserver.clustermanager.control.ControlPlane;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.HostEntry;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.coordination.ThreadEventLoop;
import org.xenoserver.proto.coordination.ZooKeeperStore;
import org.xenoserver.proto.server.RpcServer;

/**
 * One cluster manager. It keeps nothing of its own: whatever it was asked is in ZooKeeper before it
 * answers, so it may be killed and started again at any time.
 */
public final class ClusterManager implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterManager.class);
  private static final Duration ELECTION_MARGIN = Duration.ofSeconds(5);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final ClusterView view;
  private final ThreadEventLoop loop;
  private final Control control;
  private Endpoint endpoint;

  private ClusterManager(ClusterManagerConfig config, InstantSource clock) {
    this.endpoint = config.listen();
    this.view = new ClusterView(clock);
    this.loop = keep(new ThreadEventLoop("manager-loop", System::nanoTime, clock));
    this.control = new Control(loop);
  }

  /**
   * Starts a manager on the system's clock.
   *
   * @return when it listens; it knows the cluster once it is {@link #ready}
   * @throws IOException with one sentence if it cannot listen
   */
  public static ClusterManager start(ClusterManagerConfig config) throws IOException {
    return start(config, InstantSource.system(), UUID::randomUUID);
  }

  /**
   * Starts a manager.
   *
   * @param clock dates domains and the ends of leases
   * @param uuids chooses the UUIDs of domains that come without one
   */
  public static ClusterManager start(
      ClusterManagerConfig config, InstantSource clock, Supplier<UUID> uuids) throws IOException {
    ClusterManager manager = new ClusterManager(config, clock);
    boolean started = false;
    try {
      manager.assemble(config, uuids);
      started = true;
      return manager;
    } finally {
      if (!started) {
        manager.close();
      }
    }
  }

  private void assemble(ClusterManagerConfig config, Supplier<UUID> uuids) throws IOException {
    ZooKeeperStore store =
        keep(new ZooKeeperStore(config.zookeeper(), config.sessionTimeout(), loop));
    HostAgents agents = keep(new HostAgents());
    Writes writes =
        keep(
            new Writes(
                control,
                config.sessionTimeout().plus(ELECTION_MARGIN),
                System::nanoTime,
                UUID::randomUUID));
    RpcServer server =
        keep(
            RpcServer.on(config.listen())
                .service(Callers.identified(new DomainApi(view, writes, agents)))
                .service(Callers.identified(new HostApi(view, writes)))
                .service(Callers.identified(new ProjectApi(view, writes)))
                .service(Callers.identified(new ClusterApi(control, view, writes)))
                .start());
    endpoint = server.endpoint();
    ControlPlane plane =
        new ControlPlane(
            loop,
            store,
            agents.checks(loop::execute),
            uuids,
            config.control(config.advertised(endpoint).toString(), UUID.randomUUID()),
            view,
            control);
    control.connect(plane);
    keep(() -> loop.execute(plane::stop));
    loop.execute(plane::start);
  }

  /**
   * Completes when all that is stored has been read once, which takes as long as ZooKeeper is away;
   * a leader may still be being elected then, and writes wait for it. Fails, with a sentence, if
   * what is stored is not for this program.
   */
  public CompletableFuture<?> ready() {
    return control.firstRead();
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** Where it serves gRPC, with the actual port. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Waits until this manager shows hosts that are up.
   *
   * @param hosts how many
   * @return whether it did before the patience ended
   */
  public boolean awaitHosts(int hosts, Duration patience) throws InterruptedException {
    Predicate<List<HostEntry>> enough =
        known -> known.stream().filter(HostEntry::up).count() >= hosts;
    return enough.test(view.awaitHosts(enough, patience));
  }

  /** Ends client streams, leaves the election and disconnects, in that order. Idempotent. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.warn("{} did not close: {}", part.getClass().getSimpleName(), e.toString());
      }
    }
  }
}
