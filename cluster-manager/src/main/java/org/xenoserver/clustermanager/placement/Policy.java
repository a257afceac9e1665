package org.xenoserver.clustermanager.placement;

import java.util.List;

/** Which of the hosts that may take a domain is the best. */
public sealed interface Policy {
  List<Policy> ALL = List.of(new Pack(), new Spread(), new Balance());

  String name();

  /**
   * Rates a host, from 0 to 100, the highest being the best. Shares are of what the host may
   * promise, with the domain on it.
   *
   * @param vcpus share of virtual CPUs, 0 to 1
   * @param memory share of memory, 0 to 1
   * @param disk share of disk, 0 to 1
   * @param empty whether the host has no domain yet
   */
  double score(double vcpus, double memory, double disk, boolean empty);

  /** The policy of a name: {@code pack}, {@code spread} or {@code balance}. */
  static Policy named(String name) {
    return ALL.stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no placement policy '%s'; allowed are pack, spread and balance"
                    .formatted(name)));
  }

  /** Uses few hosts: the fullest host, and an empty one only where no other has room. */
  record Pack() implements Policy {
    @Override
    public String name() {
      return "pack";
    }

    @Override
    public double score(double vcpus, double memory, double disk, boolean empty) {
      double fill = (vcpus * vcpus + memory * memory + disk * disk) / 3;
      return (empty ? 0 : 50) + 50 * fill;
    }
  }

  /** Leaves every host as much room as possible: the lowest share of its scarcest resource. */
  record Spread() implements Policy {
    @Override
    public String name() {
      return "spread";
    }

    @Override
    public double score(double vcpus, double memory, double disk, boolean empty) {
      return 100 * (1 - Math.max(vcpus, Math.max(memory, disk)));
    }
  }

  /** Uses a host's vCPUs and memory evenly, so that neither runs out while the other is left. */
  record Balance() implements Policy {
    @Override
    public String name() {
      return "balance";
    }

    @Override
    public double score(double vcpus, double memory, double disk, boolean empty) {
      double most = Math.max(vcpus, Math.max(memory, disk));
      return 100 * (1 - (most + Math.abs(vcpus - memory)) / 2);
    }
  }
}
