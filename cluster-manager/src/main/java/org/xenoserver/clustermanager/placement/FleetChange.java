package org.xenoserver.clustermanager.placement;

/** One change of the cluster, as placement is told of it. */
public sealed interface FleetChange {
  /** A host came, or something about it changed. */
  record HostPut(HostOffer offer) implements FleetChange {}

  /** A host without domains went. */
  record HostRemoved(String host) implements FleetChange {}

  /** A domain is on a host; if it was on another, it moved. */
  record DomainPlaced(Demand demand, String host) implements FleetChange {}

  /** A domain is on no host. */
  record DomainRemoved(String domain) implements FleetChange {}
}
