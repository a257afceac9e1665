package org.xenoserver.hostagent.domains;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.vmm.domain.Console;
import org.xenoserver.vmm.domain.DomainCounters;

/** A domain of this host: the hypervisor's, with who owns it and which boot it is in. */
public final class HostDomain {
  /** Who may change a domain. */
  public enum Owner {
    /** A client of this agent. */
    CLIENT,
    /** The cluster's manager, by its assignment. */
    CLUSTER
  }

  /** Held while the domain is started or destroyed, so that a boot belongs to one start. */
  final ReentrantLock lifeLock = new ReentrantLock();

  final org.xenoserver.vmm.domain.Domain machine;
  private final String host;
  private final DomainSpec spec;
  private final UUID uuid;
  private final Owner owner;
  private final long epoch;
  private final Timestamp createTime;
  private volatile @Nullable UUID boot;

  /** The state last told to watchers; guarded by the watch lock of {@link HostDomains}. */
  org.xenoserver.vmm.domain.DomainState told;

  HostDomain(
      String host,
      DomainSpec spec,
      Owner owner,
      long epoch,
      Timestamp createTime,
      org.xenoserver.vmm.domain.Domain machine) {
    this.host = host;
    this.spec = spec;
    this.uuid = machine.spec().uuid();
    this.owner = owner;
    this.epoch = epoch;
    this.createTime = createTime;
    this.machine = machine;
    this.told = machine.state();
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** Its UUID. */
  public UUID uuid() {
    return uuid;
  }

  /** Its name. */
  public String name() {
    return spec.getName();
  }

  /** Who may change it. */
  public Owner owner() {
    return owner;
  }

  /** The ownership epoch of its placement; 0 for a client's. */
  public long epoch() {
    return epoch;
  }

  /** The state now. */
  public org.xenoserver.vmm.domain.DomainState state() {
    return machine.state();
  }

  /** Identifies its latest start; null before the first. */
  public @Nullable UUID boot() {
    return boot;
  }

  void boot(@Nullable UUID started) {
    boot = started;
  }

  /** What it used since that start. */
  public DomainCounters counters() {
    return machine.counters();
  }

  /** Its serial console. */
  public Console console() {
    return machine.console();
  }

  /** Whether it will never run or print again. */
  public boolean ended() {
    return switch (state()) {
      case STOPPED, CRASHED, DESTROYED -> true;
      case DEFINED, RUNNING, PAUSED, SHUTTING_DOWN -> false;
    };
  }

  /** Calls back after each change of state, in order. */
  public AutoCloseable onChange(Runnable listener) {
    return machine.watch(state -> listener.run());
  }

  /** The domain as the API shows it now. */
  public Domain view() {
    return view(machine.state());
  }

  Domain view(org.xenoserver.vmm.domain.DomainState state) {
    return Domain.newBuilder()
        .setSpec(spec)
        .setState(translate(state))
        .setHost(host)
        .setReason(machine.reason())
        .setExitStatus(machine.exitStatus())
        .setCreateTime(createTime)
        .setEpoch(epoch)
        .build();
  }

  private static DomainState translate(org.xenoserver.vmm.domain.DomainState state) {
    return switch (state) {
      case DEFINED -> DomainState.DOMAIN_STATE_DEFINED;
      case RUNNING -> DomainState.DOMAIN_STATE_RUNNING;
      case PAUSED -> DomainState.DOMAIN_STATE_PAUSED;
      case SHUTTING_DOWN -> DomainState.DOMAIN_STATE_SHUTTING_DOWN;
      case STOPPED -> DomainState.DOMAIN_STATE_STOPPED;
      case CRASHED -> DomainState.DOMAIN_STATE_CRASHED;
      case DESTROYED -> DomainState.DOMAIN_STATE_DESTROYED;
    };
  }
}
