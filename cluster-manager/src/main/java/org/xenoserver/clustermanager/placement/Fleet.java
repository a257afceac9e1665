package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as placement sees it: hosts, and what is placed on them, kept up to date by changes.
 * It records what is so, and refuses nothing for want of room or because of rules: those are
 * questions for {@link Placer}.
 *
 * <p>Owned by one thread. Asks neither time nor chance.
 */
public final class Fleet {
  private final HostTable table = new HostTable();
  private final Areas areas = new Areas();
  private final HostIndex index = new HostIndex(table, areas);
  private final DomainIndex domains = new DomainIndex();
  private final Map<String, Host> hostsByName = new HashMap<>();
  private final Map<String, PlacedDomain> placedByName = new HashMap<>();

  /**
   * Carries out a change.
   *
   * @throws IllegalArgumentException as the method does that is named like the change
   */
  public void apply(FleetChange change) {
    switch (change) {
      case FleetChange.HostPut put -> put(put.offer());
      case FleetChange.HostRemoved removed -> removeHost(removed.host());
      case FleetChange.DomainPlaced placed -> place(placed.demand(), placed.host());
      case FleetChange.DomainRemoved removed -> remove(removed.domain());
    }
  }

  /** Adds a host, or changes what is known of it; what is placed on it stays. */
  public void put(HostOffer offer) {
    Host host = hostsByName.get(offer.name());
    if (host == null) {
      host = table.add(offer, areas.of(offer.failureDomain()));
      hostsByName.put(offer.name(), host);
      index.enter(host);
      return;
    }
    index.leave(host);
    boolean moved = !host.offer.failureDomain().equals(offer.failureDomain());
    if (moved) {
      for (PlacedDomain placed : host.domains) {
        domains.count(placed, -1);
      }
      host.site = areas.of(offer.failureDomain());
      for (PlacedDomain placed : host.domains) {
        domains.count(placed, 1);
      }
    }
    table.offer(host, offer);
    index.enter(host);
  }

  /**
   * Changes whether a host takes domains.
   *
   * @throws IllegalArgumentException if there is no such host
   */
  public void setCondition(String name, HostCondition condition) {
    put(host(name).offer.with(condition));
  }

  /**
   * Removes a host.
   *
   * @throws IllegalArgumentException if there is no such host
   * @throws IllegalStateException if domains are placed on it
   */
  public void removeHost(String name) {
    Host host = host(name);
    if (!host.domains.isEmpty()) {
      throw new IllegalStateException(
          "host %s cannot be removed: %d domains are placed on it"
              .formatted(name, host.domains.size()));
    }
    index.leave(host);
    table.remove(host);
    hostsByName.remove(name);
  }

  /**
   * Records that a domain is placed on a host; one that was elsewhere, or asked for something else,
   * moves.
   *
   * @throws IllegalArgumentException if there is no such host
   */
  public void place(Demand demand, String hostName) {
    Host host = host(hostName);
    PlacedDomain before = placedByName.get(demand.domain());
    if (before != null) {
      takeOff(before);
    }
    PlacedDomain placed = domains.add(demand, host);
    placed.indexOnHost = host.domains.size();
    host.domains.add(placed);
    placedByName.put(demand.domain(), placed);
    table.take(host.id, demand.resources());
    index.changed(host);
  }

  /** Records that a domain is placed nowhere; whether it was placed somewhere. */
  public boolean remove(String domain) {
    PlacedDomain placed = placedByName.remove(domain);
    if (placed == null) {
      return false;
    }
    takeOff(placed);
    return true;
  }

  private void takeOff(PlacedDomain placed) {
    Host host = placed.host;
    PlacedDomain last = host.domains.removeLast();
    if (last != placed) {
      host.domains.set(placed.indexOnHost, last);
      last.indexOnHost = placed.indexOnHost;
    }
    domains.remove(placed);
    table.giveBack(host.id, placed.demand.resources());
    index.changed(host);
  }

  /** The hosts, by name. */
  public List<HostOffer> hosts() {
    return all().stream().map(host -> host.offer).toList();
  }

  public Optional<HostOffer> offer(String name) {
    return Optional.ofNullable(hostsByName.get(name)).map(host -> host.offer);
  }

  /**
   * What a host may still promise; negative where it promised more than it now has.
   *
   * @throws IllegalArgumentException if there is no such host
   */
  public Resources free(String name) {
    return table.free(host(name).id);
  }

  /**
   * What is placed on a host, in no order.
   *
   * @throws IllegalArgumentException if there is no such host
   */
  public List<Demand> domainsOn(String name) {
    List<Demand> found = new ArrayList<>();
    for (PlacedDomain placed : host(name).domains) {
      found.add(placed.demand);
    }
    return found;
  }

  public Optional<String> hostOf(String domain) {
    return Optional.ofNullable(placedByName.get(domain)).map(placed -> placed.host.offer.name());
  }

  public Optional<Demand> demand(String domain) {
    return Optional.ofNullable(placedByName.get(domain)).map(placed -> placed.demand);
  }

  public int hostCount() {
    return hostsByName.size();
  }

  public int domainCount() {
    return placedByName.size();
  }

  /** A fleet of the same hosts and domains that changes by itself, to try things out on. */
  public Fleet copy() {
    Fleet copy = new Fleet();
    for (Host host : all()) {
      copy.put(host.offer);
      for (PlacedDomain placed : host.domains) {
        copy.place(placed.demand, host.offer.name());
      }
    }
    return copy;
  }

  HostTable table() {
    return table;
  }

  /** The hosts, by name. */
  List<Host> all() {
    return hostsByName.values().stream()
        .sorted(Comparator.comparing(host -> host.offer.name()))
        .toList();
  }

  @Nullable Host find(String name) {
    return hostsByName.get(name);
  }

  private Host host(String name) {
    Host host = hostsByName.get(name);
    if (host == null) {
      throw new IllegalArgumentException("there is no host '%s'".formatted(name));
    }
    return host;
  }

  HostIndex.Match match(Demand demand) {
    return index.match(demand);
  }

  Areas areas() {
    return areas;
  }

  DomainIndex domains() {
    return domains;
  }

  /** What rules say at this moment about where a domain may go. */
  Constraints constraints(Demand demand) {
    int[] excluded = new int[demand.notHosts().size()];
    int size = 0;
    for (String name : demand.notHosts()) {
      Host host = hostsByName.get(name);
      if (host != null) {
        excluded[size++] = host.id;
      }
    }
    return Constraints.of(demand, table, index, domains, Arrays.copyOf(excluded, size));
  }
}
