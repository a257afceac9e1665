package org.xenoserver.clustermanager.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.DomainRule;
import org.xenoserver.clustermanager.placement.Resources;
import org.xenoserver.clustermanager.placement.Scope;
import org.xenoserver.clustermanager.placement.Selector;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.PlacementRule;
import org.xenoserver.proto.v1.PlacementSpec;

/** Reads what a specification says about placement. */
final class PlacementReader {
  private static final int MOST_PRIORITY = 1_000;

  private PlacementReader() {}

  /**
   * What a domain asks of its host.
   *
   * @throws RpcFailure INVALID_ARGUMENT naming the field at fault
   */
  static Demand demand(DomainSpec spec) {
    if (Math.abs(spec.getPriority()) > MOST_PRIORITY) {
      throw RpcFailure.invalid(
          "spec.priority",
          "priority is %d; it must be -1000 to 1000".formatted(spec.getPriority()));
    }
    PlacementSpec placement = spec.getPlacement();
    List<DomainRule> rules = new ArrayList<>();
    for (int i = 0; i < placement.getRulesCount(); i++) {
      rules.add(rule(placement.getRules(i), "placement.rules[" + i + "]"));
    }
    return new Demand(
        spec.getName(),
        resources(spec),
        spec.getPriority(),
        spec.getLabelsMap(),
        placement.getMachine(),
        placement.getEngine(),
        selector(placement.getHosts(), "placement.hosts"),
        Set.of(),
        Set.of(),
        rules);
  }

  /** What is promised to a domain. */
  static Resources resources(DomainSpec spec) {
    long disk = spec.getDisksList().stream().mapToLong(Disk::getSizeBytes).sum();
    return new Resources(spec.getVcpus(), spec.getMemoryBytes(), disk);
  }

  private static DomainRule rule(PlacementRule rule, String field) {
    Selector domains = selector(rule.getDomains(), field + ".domains");
    try {
      Scope scope = new Scope(rule.getDepth());
      return switch (rule.getKind()) {
        case KIND_AFFINITY -> new DomainRule.Affinity(domains, scope);
        case KIND_ANTI_AFFINITY -> new DomainRule.AntiAffinity(domains, scope);
        case KIND_SPREAD -> new DomainRule.Spread(domains, scope, rule.getMaxSkew());
        case KIND_UNSPECIFIED, UNRECOGNIZED ->
            throw new IllegalArgumentException(
                field + ".kind is missing; it must be affinity, anti-affinity or spread");
      };
    } catch (IllegalArgumentException e) {
      throw RpcFailure.invalid("spec." + field, String.valueOf(e.getMessage()));
    }
  }

  private static Selector selector(String text, String field) {
    try {
      return Selector.parse(text);
    } catch (IllegalArgumentException e) {
      throw RpcFailure.invalid("spec." + field, String.valueOf(e.getMessage()));
    }
  }
}
