package org.xenoserver.clustermanager.placement;

import java.util.List;
import java.util.Map;

/**
 * A host as placement sees it, without what is placed on it.
 *
 * @param name unique in the cluster
 * @param capacity what it has
 * @param overcommit how many times of that may be promised
 * @param labels what selectors of hosts look at
 * @param failureDomain what it can fail with, outermost first: {@code [cambridge, room-2, rack-7]};
 *     at most {@link Scope#DEPTHS} names
 * @param machine the architecture its domains see, such as {@code riscv64}
 * @param engine its execution engine, such as {@code software} or {@code kvm}
 * @param condition whether it takes domains
 */
public record HostOffer(
    String name,
    Resources capacity,
    Overcommit overcommit,
    Map<String, String> labels,
    List<String> failureDomain,
    String machine,
    String engine,
    HostCondition condition) {

  public HostOffer {
    labels = Map.copyOf(labels);
    failureDomain = List.copyOf(failureDomain);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a host needs a name");
    }
    if (failureDomain.size() > Scope.DEPTHS) {
      throw new IllegalArgumentException(
          "the failure domain %s of host %s has %d names; allowed are %d"
              .formatted(
                  String.join("/", failureDomain), name, failureDomain.size(), Scope.DEPTHS));
    }
    if (capacity.vcpus() < 0 || capacity.memoryBytes() < 0 || capacity.diskBytes() < 0) {
      throw new IllegalArgumentException(
          "the capacity of host %s is negative: %s".formatted(name, capacity.text()));
    }
  }

  /** A host that is up, promises what it has, and says nothing more about itself. */
  public static HostOffer of(String name, Resources capacity) {
    return new HostOffer(
        name, capacity, Overcommit.NONE, Map.of(), List.of(), "", "", HostCondition.UP);
  }

  public HostOffer with(Overcommit changed) {
    return new HostOffer(
        name, capacity, changed, labels, failureDomain, machine, engine, condition);
  }

  public HostOffer with(HostCondition changed) {
    return new HostOffer(
        name, capacity, overcommit, labels, failureDomain, machine, engine, changed);
  }

  public HostOffer withLabels(Map<String, String> changed) {
    return new HostOffer(
        name, capacity, overcommit, changed, failureDomain, machine, engine, condition);
  }

  public HostOffer withFailureDomain(String... changed) {
    return new HostOffer(
        name, capacity, overcommit, labels, List.of(changed), machine, engine, condition);
  }

  public HostOffer withMachine(String changedMachine, String changedEngine) {
    return new HostOffer(
        name,
        capacity,
        overcommit,
        labels,
        failureDomain,
        changedMachine,
        changedEngine,
        condition);
  }

  /** What may be promised in all. */
  public Resources promisable() {
    return overcommit.promisable(capacity);
  }
}
