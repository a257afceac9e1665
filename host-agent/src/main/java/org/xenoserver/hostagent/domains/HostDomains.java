package org.xenoserver.hostagent.domains;

import com.google.protobuf.Timestamp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainState;
import org.xenoserver.vmm.domain.Hypervisor;

/**
 * The domains of this host. Requests are carried out by the hypervisor; refusals are thrown as
 * {@link RpcFailure}. Safe from any thread.
 */
public final class HostDomains implements AutoCloseable {
  private final String host;
  private final Hypervisor hypervisor;
  private final SpecReader specs;
  private final InstantSource clock;
  private final Supplier<UUID> identities;
  private final List<Consumer<HostDomain>> endings = new CopyOnWriteArrayList<>();

  /** Guards the domains, the watchers and the order in which watchers are told. */
  private final ReentrantLock watchLock = new ReentrantLock();

  private final Map<UUID, HostDomain> domains = new LinkedHashMap<>();
  private final List<DomainWatcher> watchers = new ArrayList<>();

  /**
   * Takes the hypervisor over: {@link #close} closes it.
   *
   * @param identities makes the UUIDs of domains that come without one, and of boots
   */
  public HostDomains(
      String host,
      Hypervisor hypervisor,
      Images images,
      InstantSource clock,
      Supplier<UUID> identities) {
    this.host = host;
    this.hypervisor = hypervisor;
    this.specs = new SpecReader(images);
    this.clock = clock;
    this.identities = identities;
  }

  /** What this host has to give. */
  public Hypervisor.HostResources resources() {
    return hypervisor.resources();
  }

  /** Checks that a domain could be created, changing nothing. */
  public void check(DomainSpec spec) {
    try {
      hypervisor.check(specs.read(identified(spec), 0));
    } catch (DomainException e) {
      throw refusal(e);
    }
  }

  /** Defines a domain of a client's. */
  public HostDomain create(DomainSpec spec) {
    Timestamp now = HostDomain.timestamp(clock.instant());
    return define(identified(spec), HostDomain.Owner.CLIENT, 0, now);
  }

  /** Defines a domain the cluster assigned to this host. */
  public HostDomain take(DomainRecord record) {
    return define(
        record.getSpec(), HostDomain.Owner.CLUSTER, record.getEpoch(), record.getCreateTime());
  }

  private DomainSpec identified(DomainSpec spec) {
    return spec.getUuid().isEmpty()
        ? spec.toBuilder().setUuid(identities.get().toString()).build()
        : spec;
  }

  private HostDomain define(
      DomainSpec spec, HostDomain.Owner owner, long epoch, Timestamp createTime) {
    org.xenoserver.vmm.domain.DomainSpec wanted = specs.read(spec, epoch);
    HostDomain domain;
    try {
      domain = new HostDomain(host, spec, owner, epoch, createTime, hypervisor.define(wanted));
    } catch (DomainException e) {
      throw refusal(e);
    }
    // Subscribed before anyone can find and start it; ends with the hypervisor's domain.
    var _ = domain.machine.watch(state -> changed(domain, state));
    watchLock.lock();
    try {
      domains.put(domain.uuid(), domain);
      tell(domain.view(domain.told));
    } finally {
      watchLock.unlock();
    }
    return domain;
  }

  /** A domain by its name or UUID. */
  public HostDomain find(String nameOrUuid) {
    watchLock.lock();
    try {
      for (HostDomain domain : domains.values()) {
        if (domain.name().equals(nameOrUuid)
            || domain.uuid().toString().equalsIgnoreCase(nameOrUuid)) {
          return domain;
        }
      }
    } finally {
      watchLock.unlock();
    }
    throw RpcFailure.of(
        ErrorCode.NOT_FOUND, "host '" + host + "' has no domain '" + nameOrUuid + "'");
  }

  /** A domain by its UUID. */
  public Optional<HostDomain> find(UUID uuid) {
    watchLock.lock();
    try {
      return Optional.ofNullable(domains.get(uuid));
    } finally {
      watchLock.unlock();
    }
  }

  /** All domains, in the order they were defined. */
  public List<HostDomain> list() {
    watchLock.lock();
    try {
      return List.copyOf(domains.values());
    } finally {
      watchLock.unlock();
    }
  }

  /** Starts a defined domain: a new boot. */
  public void start(HostDomain domain) {
    domain.lifeLock.lock();
    try {
      if (domain.state() != DomainState.DEFINED) {
        throw RpcFailure.of(
            ErrorCode.WRONG_STATE,
            "domain '" + domain.name() + "' is " + domain.state() + "; only a DEFINED one starts");
      }
      domain.boot(identities.get());
      try {
        domain.machine.start();
      } catch (DomainException e) {
        if (domain.state() == DomainState.DEFINED) {
          domain.boot(null);
        }
        throw refusal(e);
      }
    } finally {
      domain.lifeLock.unlock();
    }
  }

  /** Holds a running domain. */
  public void pause(HostDomain domain) {
    carryOut(domain.machine::pause);
  }

  /** Lets a paused domain go on. */
  public void unpause(HostDomain domain) {
    carryOut(domain.machine::unpause);
  }

  /** Asks the guest to power itself off. */
  public void shutdown(HostDomain domain) {
    carryOut(domain.machine::shutdown);
  }

  /** Stops a domain where it is and forgets it; does nothing if that is done already. */
  public void destroy(HostDomain domain) {
    domain.lifeLock.lock();
    try {
      domain.machine.destroy();
      if (!forget(domain)) {
        return;
      }
      endings.forEach(ending -> ending.accept(domain));
      watchLock.lock();
      try {
        tell(domain.view(DomainState.DESTROYED));
      } finally {
        watchLock.unlock();
      }
    } finally {
      domain.lifeLock.unlock();
    }
  }

  /** Whether it was known; another of its UUID may have been defined meanwhile. */
  private boolean forget(HostDomain domain) {
    watchLock.lock();
    try {
      boolean first = domain.told != DomainState.DESTROYED;
      domain.told = DomainState.DESTROYED;
      domains.remove(domain.uuid(), domain);
      return first;
    } finally {
      watchLock.unlock();
    }
  }

  /** Calls back once for each domain that is destroyed, with its last figures still readable. */
  public void onEnd(Consumer<HostDomain> listener) {
    endings.add(listener);
  }

  /** Tells a watcher of every domain now, and of every change until closed. */
  public AutoCloseable watch(DomainWatcher watcher) {
    watchLock.lock();
    try {
      watcher.snapshot(domains.values().stream().map(d -> d.view(d.told)).toList());
      watchers.add(watcher);
    } finally {
      watchLock.unlock();
    }
    return () -> {
      watchLock.lock();
      try {
        watchers.remove(watcher);
      } finally {
        watchLock.unlock();
      }
    };
  }

  private void changed(HostDomain domain, DomainState state) {
    watchLock.lock();
    try {
      if (state != DomainState.DESTROYED && domain.told != DomainState.DESTROYED) {
        domain.told = state;
        tell(domain.view(state));
      }
    } finally {
      watchLock.unlock();
    }
  }

  private void tell(Domain domain) {
    for (DomainWatcher watcher : List.copyOf(watchers)) {
      watcher.changed(domain);
    }
  }

  /** Destroys every domain and closes the hypervisor. */
  @Override
  public void close() {
    list().forEach(this::destroy);
    hypervisor.close();
  }

  private static void carryOut(Request request) {
    try {
      request.run();
    } catch (DomainException e) {
      throw refusal(e);
    }
  }

  private interface Request {
    void run() throws DomainException;
  }

  private static RpcFailure refusal(DomainException e) {
    ErrorCode code =
        switch (e.code()) {
          case INVALID -> ErrorCode.INVALID;
          case NOT_FOUND -> ErrorCode.NOT_FOUND;
          case ALREADY_EXISTS -> ErrorCode.ALREADY_EXISTS;
          case WRONG_STATE -> ErrorCode.WRONG_STATE;
          case EXHAUSTED -> ErrorCode.EXHAUSTED;
        };
    return RpcFailure.of(code, String.valueOf(e.getMessage()), e);
  }
}
