package org.xenoserver.ops.simulate;

import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.vmm.domain.DomainState;

/**
 * One run of the whole control plane from a seed: first with faults, then until all is as it should
 * be.
 */
final class Scenario {
  private static final long FAULTS_NS = 40_000_000_000L;
  private static final long SETTLE_NS = 150_000_000_000L;
  private static final long LOOK_NS = 1_000_000_000L;

  private final World world;
  private final VirtualTime time;

  /**
   * What became of a run.
   *
   * @param violation the invariant that did not hold; null if all did
   * @param step the step at which it did not
   * @param virtualNs how much time passed in the simulation
   * @param events how many events the cluster told
   */
  record Result(long seed, @Nullable String violation, long step, long virtualNs, long events) {}

  private Scenario(World world) {
    this.world = world;
    this.time = world.time();
  }

  /** Runs a seed. */
  static Result run(long seed, Set<Safeguard> without, Consumer<String> trace) {
    World world = new World(seed, without, trace);
    Scenario scenario = new Scenario(world);
    String violation = null;
    try {
      scenario.play();
    } catch (Violation e) {
      violation = String.valueOf(e.getMessage());
      world.time().tell("", "VIOLATION: " + violation);
    }
    return new Result(
        seed, violation, world.time().steps(), world.time().nowNs(), world.truth().lastRevision());
  }

  private void play() {
    world.managers().forEach(ManagerProcess::start);
    world.hosts().forEach(SimulatedHost::start);
    world.clients().forEach(SimulatedClient::start);
    Faults faults = new Faults(world);
    faults.start();
    runUntil(FAULTS_NS);
    world.clients().forEach(SimulatedClient::finish);
    faults.end();
    long end = time.nowNs() + SETTLE_NS;
    String open = "";
    while (time.nowNs() < end) {
      runUntil(time.nowNs() + LOOK_NS);
      open = open();
      if (open.isEmpty()) {
        return;
      }
    }
    throw new Violation("%d s after the last fault %s".formatted(SETTLE_NS / 1_000_000_000L, open));
  }

  private void runUntil(long untilNs) {
    while (time.step(untilNs)) {
      world.guests().check();
    }
    world.clients().forEach(SimulatedClient::check);
  }

  /** What is not yet as it should be; empty if all is. */
  private String open() {
    for (SimulatedClient client : world.clients()) {
      if (!client.isDone()) {
        return "a request is not answered";
      }
    }
    if (world.managers().stream().noneMatch(ManagerProcess::leads)) {
      return "no manager leads";
    }
    Operation running = world.truth().running();
    if (running != null) {
      return "operation %s (%s %s) has not ended"
          .formatted(running.getId(), running.getVerb(), running.getTarget());
    }
    for (SimulatedHost host : world.hosts()) {
      if (!world.truth().isLeased(host.name())) {
        return "host %s holds no lease".formatted(host.name());
      }
    }
    for (DomainRecord record : world.truth().domains().values()) {
      String open = open(record);
      if (!open.isEmpty()) {
        return open;
      }
    }
    for (SimulatedDomain domain : world.guests().all()) {
      DomainRecord record = world.truth().domains().get(domain.spec().uuid().toString());
      if (record == null
          || !record.getHost().equals(domain.host())
          || record.getEpoch() != domain.epoch()) {
        return "domain %s is on host %s, where it does not belong"
            .formatted(domain.spec().name(), domain.host());
      }
    }
    return "";
  }

  private String open(DomainRecord record) {
    String name = record.getSpec().getName();
    if (record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
      return "domain %s is not destroyed".formatted(name);
    }
    if (record.getLeaving()) {
      return "domain %s has not left host %s".formatted(name, record.getHost());
    }
    if (record.getDesired() != DesiredState.DESIRED_STATE_RUNNING) {
      return "";
    }
    for (SimulatedDomain domain : world.guests().all()) {
      if (domain.spec().uuid().toString().equals(record.getSpec().getUuid())
          && domain.host().equals(record.getHost())) {
        if (domain.executes() || hasEndedForGood(record, domain)) {
          return "";
        }
        return "domain %s is %s on host %s".formatted(name, domain.state(), domain.host());
      }
    }
    return mayBeGone(record) ? "" : "domain %s does not run".formatted(name);
  }

  private static boolean hasEndedForGood(DomainRecord record, SimulatedDomain domain) {
    boolean failed = domain.state() == DomainState.CRASHED || domain.exitStatus() != 0;
    return switch (domain.state()) {
      case STOPPED, CRASHED ->
          switch (record.getSpec().getRestartPolicy()) {
            case RESTART_POLICY_NEVER -> true;
            case RESTART_POLICY_ALWAYS -> false;
            case RESTART_POLICY_ON_FAILURE, RESTART_POLICY_UNSPECIFIED, UNRECOGNIZED -> !failed;
          };
      default -> false;
    };
  }

  /** A domain that had ended before its host's agent was started again is not made anew. */
  private static boolean mayBeGone(DomainRecord record) {
    return switch (record.getSpec().getRestartPolicy()) {
      case RESTART_POLICY_ALWAYS -> false;
      case RESTART_POLICY_NEVER,
          RESTART_POLICY_ON_FAILURE,
          RESTART_POLICY_UNSPECIFIED,
          UNRECOGNIZED ->
          true;
    };
  }
}
