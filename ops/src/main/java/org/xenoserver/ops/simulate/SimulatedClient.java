package org.xenoserver.ops.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.xenoserver.clustermanager.control.Answer;
import org.xenoserver.clustermanager.control.Command;
import org.xenoserver.clustermanager.domains.Request;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectResources;
import org.xenoserver.proto.v1.RestartPolicy;
import org.xenoserver.proto.v1.SetProjectRequest;

/**
 * Clients that create, steer and destroy domains through any manager. A request without an answer
 * is sent again, with its id, until it has one.
 */
final class SimulatedClient {
  private static final int MOST_DOMAINS = 7;
  private static final long GIB = 1L << 30;

  private final World world;
  private final String name;
  private final Map<String, Sent> unanswered = new HashMap<>();
  private final List<Wanted> domains = new ArrayList<>();
  private int requests;
  private boolean over;

  /** A domain as this client knows it. */
  private static final class Wanted {
    final String name;
    final String uuid;
    boolean created;
    boolean destroying;
    boolean busy;

    Wanted(String name, String uuid) {
      this.name = name;
      this.uuid = uuid;
    }
  }

  /** What is done about an answer. */
  private interface Then {
    void answered(boolean accepted);
  }

  private record Sent(String id, Command command, Then then) {}

  SimulatedClient(World world, String name) {
    this.world = world;
    this.name = name;
  }

  String name() {
    return name;
  }

  void start() {
    send(
        new Command.PutProject(
            true,
            SetProjectRequest.newBuilder()
                .setProject(
                    Project.newBuilder()
                        .setName("p-" + name)
                        .setLimits(ProjectResources.newBuilder().setDomains(3)))
                .build()),
        accepted -> next());
  }

  /** Asks for nothing new. */
  void finish() {
    over = true;
  }

  boolean isDone() {
    return unanswered.isEmpty();
  }

  private void next() {
    world
        .time()
        .after(
            world.time().betweenNs(100, 2_500),
            () -> {
              if (!over) {
                act();
                next();
              }
            });
  }

  private void act() {
    int choice = world.time().random().nextInt(10);
    List<Wanted> free = domains.stream().filter(domain -> domain.created && !domain.busy).toList();
    if (choice < 4 || free.isEmpty()) {
      if (domains.size() < MOST_DOMAINS) {
        create();
      }
      return;
    }
    Wanted domain = free.get(world.time().random().nextInt(free.size()));
    switch (choice) {
      case 4, 5 -> destroy(domain);
      case 6 -> steer(domain, Request.SHUTDOWN);
      case 7 -> steer(domain, Request.START);
      case 8 -> steer(domain, world.time().chance(0.5) ? Request.PAUSE : Request.UNPAUSE);
      default -> maintain();
    }
  }

  private void create() {
    String domain = name + "-" + requests;
    Wanted wanted =
        new Wanted(
            domain,
            new UUID(world.time().random().nextLong(), world.time().random().nextLong())
                .toString());
    domains.add(wanted);
    wanted.busy = true;
    RestartPolicy[] policies = {
      RestartPolicy.RESTART_POLICY_NEVER,
      RestartPolicy.RESTART_POLICY_ON_FAILURE,
      RestartPolicy.RESTART_POLICY_ALWAYS
    };
    DomainSpec spec =
        DomainSpec.newBuilder()
            .setName(domain)
            .setUuid(wanted.uuid)
            .setMemoryBytes(GIB)
            .setVcpus(1)
            .setKernel("/kernel")
            .addDisks(Disk.newBuilder().setFile("/shared/" + domain).setShared(true))
            .setProject(world.time().chance(0.5) ? "p-" + name : "")
            .setPriority(world.time().random().nextInt(3))
            .setRestartPolicy(policies[world.time().random().nextInt(policies.length)])
            .build();
    send(
        new Command.Create(
            CreateDomainRequest.newBuilder()
                .setSpec(spec)
                .setStart(world.time().chance(0.8))
                .build()),
        accepted -> {
          wanted.busy = false;
          wanted.created = accepted;
          if (!accepted) {
            domains.remove(wanted);
          }
        });
  }

  private void destroy(Wanted domain) {
    domain.busy = true;
    domain.destroying = true;
    send(
        new Command.Destroy(DomainRequest.newBuilder().setDomain(domain.uuid).build()),
        accepted -> {
          domains.remove(domain);
          if (!accepted) {
            throw new Violation("domain %s cannot be destroyed".formatted(domain.name));
          }
        });
  }

  private void steer(Wanted domain, Request request) {
    domain.busy = true;
    send(
        new Command.Steer(request, DomainRequest.newBuilder().setDomain(domain.uuid).build()),
        accepted -> domain.busy = false);
  }

  private void maintain() {
    List<SimulatedHost> hosts = world.hosts();
    String host = hosts.get(world.time().random().nextInt(hosts.size())).name();
    HostRequest request = HostRequest.newBuilder().setHost(host).build();
    send(
        new Command.Drain(request),
        accepted -> world.time().after(world.time().betweenNs(500, 8_000), () -> uncordon(host)));
  }

  /** Lets a host take domains again; also at the end, so that there is room for all. */
  private void uncordon(String host) {
    send(new Command.Uncordon(HostRequest.newBuilder().setHost(host).build()), accepted -> {});
  }

  private void send(Command command, Then then) {
    String id = name + "-r" + ++requests;
    unanswered.put(id, new Sent(id, command, then));
    attempt(id, 0);
  }

  private void attempt(String id, int attempt) {
    Sent sent = unanswered.get(id);
    if (sent == null) {
      return;
    }
    List<ManagerProcess> managers = world.managers();
    ManagerProcess to = managers.get(world.time().random().nextInt(managers.size()));
    world
        .network()
        .send(
            name,
            to.name(),
            () ->
                to.submit(
                    id,
                    sent.command(),
                    answer -> world.network().send(to.name(), name, () -> answered(id, answer))));
    world.time().after(world.time().betweenNs(300, 1_500), () -> attempt(id, attempt + 1));
  }

  private void answered(String id, Answer answer) {
    if (answer instanceof Answer.NotNow) {
      return;
    }
    Sent sent = unanswered.remove(id);
    if (sent == null) {
      return;
    }
    if (answer instanceof Answer.Refused refused) {
      world
          .time()
          .tell(name, sent.command().verb() + " " + id + ": " + refused.failure().getMessage());
      if (world.truth().effects(id) > 0) {
        throw new Violation(
            "request %s (%s) was refused though it was carried out: %s"
                .formatted(id, sent.command().verb(), refused.failure().getMessage()));
      }
    } else {
      world.time().tell(name, sent.command().verb() + " " + id + " is accepted");
      if (world.truth().effects(id) != 1) {
        throw new Violation(
            "request %s (%s) was acknowledged and carried out %d times"
                .formatted(id, sent.command().verb(), world.truth().effects(id)));
      }
    }
    sent.then().answered(answer instanceof Answer.Accepted);
  }

  /** Every domain that was acknowledged is there until it is destroyed. */
  void check() {
    for (Wanted domain : domains) {
      if (domain.created
          && !domain.destroying
          && !world.truth().domains().containsKey(domain.uuid)) {
        throw new Violation(
            "domain %s was acknowledged, never destroyed, and is gone".formatted(domain.name));
      }
    }
  }
}
