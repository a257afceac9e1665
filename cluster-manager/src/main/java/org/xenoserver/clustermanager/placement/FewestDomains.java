package org.xenoserver.clustermanager.placement;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.xenoserver.proto.v1.DomainSpec;

/**
 * Spreads domains: of the hosts with enough memory left, the one with the fewest domains; among
 * those the one with the most memory left, then the fewest virtual CPUs per processor, then the
 * first by name. Processors are shared, so they rank hosts but refuse nothing.
 */
public final class FewestDomains implements PlacementPolicy {
  private static final Comparator<HostCapacity> BEST_FIRST =
      Comparator.comparingInt(HostCapacity::domains)
          .thenComparing(Comparator.comparingLong(HostCapacity::freeBytes).reversed())
          .thenComparingDouble(
              host -> (double) host.promisedVcpus() / Math.max(1, host.processors()))
          .thenComparing(HostCapacity::host);

  @Override
  public Placement place(Collection<HostCapacity> hosts, DomainSpec spec) {
    long wanted = spec.getMemoryBytes();
    Optional<HostCapacity> best =
        hosts.stream().filter(host -> host.freeBytes() >= wanted).min(BEST_FIRST);
    if (best.isPresent()) {
      return new Placement.Chosen(best.get().host());
    }
    Optional<HostCapacity> largest =
        hosts.stream().max(Comparator.comparingLong(HostCapacity::memoryBytes));
    Optional<HostCapacity> emptiest =
        hosts.stream().max(Comparator.comparingLong(HostCapacity::freeBytes));
    if (largest.isEmpty() || emptiest.isEmpty()) {
      return new Placement.NoHost("no host is up to take domain '" + spec.getName() + "'");
    }
    if (largest.get().memoryBytes() < wanted) {
      return new Placement.NoRoom(
          "domain '%s' asks for %s of memory, and the largest host, %s, has %s in all"
              .formatted(
                  spec.getName(),
                  Bytes.text(wanted),
                  largest.get().host(),
                  Bytes.text(largest.get().memoryBytes())));
    }
    return new Placement.NoRoom(
        "domain '%s' asks for %s of memory, and the host with most left, %s, has %s of %s free"
            .formatted(
                spec.getName(),
                Bytes.text(wanted),
                emptiest.get().host(),
                Bytes.text(emptiest.get().freeBytes()),
                Bytes.text(emptiest.get().memoryBytes())));
  }
}
