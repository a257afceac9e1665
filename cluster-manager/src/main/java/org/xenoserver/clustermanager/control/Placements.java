package org.xenoserver.clustermanager.control;

import com.google.common.collect.Iterables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.placement.Decision;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Eviction;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.FleetChange;
import org.xenoserver.clustermanager.placement.HostCondition;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Resources;
import org.xenoserver.clustermanager.placement.log.DecisionLog;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Host;

/** Placement for one term: the cluster's hosts and domains as placement knows them. */
final class Placements {
  private static final int REMEMBERED = 10_000;

  private final ControlSettings.Placement settings;
  private final DecisionLog log;

  Placements(ControlSettings.Placement settings) {
    this.settings = settings;
    this.log = new DecisionLog(settings.policy(), settings.seed(), REMEMBERED);
  }

  DecisionLog log() {
    return log;
  }

  Fleet fleet() {
    return log.fleet();
  }

  ControlSettings.Placement settings() {
    return settings;
  }

  /** Takes in a host as it is now; of an unknown one only that it is lost. */
  void putHost(String name, @Nullable Host host, boolean up, boolean drained) {
    HostCondition condition =
        !up ? HostCondition.LOST : drained ? HostCondition.DRAINING : HostCondition.UP;
    HostOffer offer =
        host == null
            ? HostOffer.of(name, Resources.NONE).with(HostCondition.LOST)
            : new HostOffer(
                name,
                new Resources(
                    host.getProcessors(),
                    host.getMemoryBytes(),
                    host.getDiskBytes() == 0
                        ? Resources.UNLIMITED_DISK_BYTES
                        : host.getDiskBytes()),
                settings.overcommit(),
                host.getLabelsMap(),
                host.getFailureDomainList(),
                host.getMachine(),
                host.getEngine(),
                condition);
    if (!Optional.of(offer).equals(fleet().offer(name))) {
      log.apply(new FleetChange.HostPut(offer));
    }
  }

  /** Chooses a host for a domain that is not placed. */
  Optional<String> decide(Demand demand) {
    return log.decide(demand).host();
  }

  /**
   * Chooses another host for a domain that is to move and takes it off the one it is on, if it is
   * on one.
   *
   * @param again whether that was tried in vain before: then it is remembered, and the domain taken
   *     off, only if there is a host now
   */
  Optional<String> decideAnew(Demand demand, boolean again) {
    if (again && !hasHost(demand)) {
      return Optional.empty();
    }
    remove(demand.domain());
    return decide(demand);
  }

  /** Whether a host would take a domain if it were taken off the one it is on. */
  private boolean hasHost(Demand demand) {
    Optional<String> from = fleet().hostOf(demand.domain());
    takeOff(demand);
    Optional<String> host = log.placer().decide(demand).host();
    from.ifPresent(on -> fleet().place(demand, on));
    return host.isPresent();
  }

  /**
   * Looks for another host for a domain and counts it as being there, or else on its own, until it
   * is put back; none of this is remembered.
   */
  Optional<String> reserveElsewhere(Demand demand, String host) {
    takeOff(demand);
    Optional<String> elsewhere = log.placer().decide(demand).host();
    fleet().place(demand, elsewhere.orElse(host));
    return elsewhere;
  }

  /** Ends a reservation. */
  void putBack(Demand demand, String host) {
    takeOff(demand);
    fleet().place(demand, host);
  }

  private void takeOff(Demand demand) {
    if (fleet().hostOf(demand.domain()).isPresent()) {
      fleet().remove(demand.domain());
    }
  }

  /** Chooses a host, if the loss of any one host could still be made good afterwards. */
  Optional<String> decideWithReserve(Demand demand) {
    Decision decision = log.decide(demand);
    if (settings.reserveHosts() == 0 || decision.host().isEmpty()) {
      return decision.host();
    }
    fleet().place(demand, decision.host().get());
    boolean kept = reserveIsKept();
    fleet().remove(demand.domain());
    return kept ? decision.host() : Optional.empty();
  }

  /**
   * What would have to leave for a domain that no host can take; empty if that does not help, if
   * none may be made to leave, or if only the reserve is in the way.
   */
  Optional<Eviction> preempt(Demand demand) {
    return settings.preemption() && log.placer().decide(demand).host().isEmpty()
        ? log.placer().preempt(demand)
        : Optional.empty();
  }

  /** Whether what is promised on the fullest host is free on the others, in sum. */
  private boolean reserveIsKept() {
    long freeBytes = 0;
    long freeVcpus = 0;
    long worstBytes = 0;
    long worstVcpus = 0;
    for (HostOffer offer : fleet().hosts()) {
      if (offer.condition() == HostCondition.UP) {
        Resources free = fleet().free(offer.name());
        Resources whole = offer.promisable();
        freeBytes += free.memoryBytes();
        freeVcpus += free.vcpus();
        // What a host has left does not help if it is the one that is lost.
        worstBytes = Math.max(worstBytes, whole.memoryBytes());
        worstVcpus = Math.max(worstVcpus, whole.vcpus());
      }
    }
    return freeBytes >= worstBytes && freeVcpus >= worstVcpus;
  }

  void place(Demand demand, String host) {
    if (fleet().offer(host).isEmpty()) {
      putHost(host, null, false, false);
    }
    log.apply(new FleetChange.DomainPlaced(demand, host));
  }

  /** Has a domain that found no other host count on the one it is assigned to, or nowhere. */
  void keep(Demand demand, String host, boolean counts) {
    if (!counts) {
      remove(demand.domain());
    } else if (fleet().hostOf(demand.domain()).isEmpty()) {
      place(demand, host);
    }
  }

  void remove(String domain) {
    if (fleet().hostOf(domain).isPresent()) {
      log.apply(new FleetChange.DomainRemoved(domain));
    }
  }

  /** Why no host can take a domain, in one sentence. */
  String refusal(Demand demand) {
    return log.placer().explain(demand, Optional.empty()).summary();
  }

  /** Whether any host is up. */
  boolean anyUp() {
    return Iterables.any(fleet().hosts(), offer -> offer.condition() == HostCondition.UP);
  }

  /** What a domain asks of its host. */
  static Demand demand(DomainSpec spec) {
    return PlacementReader.demand(spec);
  }

  /** The same, on a certain host only, or not on some. */
  static Demand demand(Demand whole, Optional<String> only, Set<String> not) {
    Demand demand = not.isEmpty() ? whole : whole.notOn(not);
    return only.isPresent() ? demand.onlyOn(Set.of(only.get())) : demand;
  }

  /** A domain's labels as rules of others see them, with its name. */
  static Map<String, String> labels(DomainSpec spec) {
    return spec.getLabelsMap();
  }

  /** The hosts by name. */
  List<HostOffer> hosts() {
    return fleet().hosts();
  }
}
