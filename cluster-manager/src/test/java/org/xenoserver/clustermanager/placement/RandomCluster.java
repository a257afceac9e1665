package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Hosts and demands of every kind, from a seed; all collide often. */
final class RandomCluster {
  private static final long GIB = 1L << 30;
  final Random random;
  private final int hosts;
  private int domains;

  RandomCluster(long seed, int hosts) {
    this.random = new Random(seed);
    this.hosts = hosts;
  }

  String hostName() {
    return "h" + random.nextInt(hosts);
  }

  HostOffer host(String name) {
    HostOffer offer =
        HostOffer.of(
                name,
                new Resources(pick(4, 8, 9, 16), pick(8, 16, 24) * GIB, pick(0, 50, 100) * GIB + 7))
            .with(new Overcommit(pick(1, 2), random.nextBoolean() ? 1 : 1.25, 1))
            .withLabels(labels("disk", "gen"))
            .withMachine(
                pick(1, 1, 2) == 1 ? "riscv64" : "x86-64", random.nextBoolean() ? "kvm" : "");
    int depth = random.nextInt(10) == 0 ? random.nextInt(2) : 2;
    String[] path = {"z" + random.nextInt(3), "r" + random.nextInt(2)};
    offer = offer.withFailureDomain(Arrays.copyOf(path, depth));
    return random.nextInt(6) == 0 ? offer.with(HostCondition.values()[random.nextInt(4)]) : offer;
  }

  Demand demand() {
    Demand demand =
        Demand.of(
                "d" + domains++,
                new Resources(
                    pick(1, 1, 2, 3, 4), pick(1, 2, 3, 4, 6) * GIB, pick(0, 0, 10, 30) * GIB))
            .withPriority(random.nextInt(4))
            .withLabels(labels("app", "tier"));
    if (random.nextInt(4) == 0) {
      demand = demand.withMachine("riscv64", random.nextBoolean() ? "kvm" : "");
    }
    if (random.nextInt(3) == 0) {
      demand = demand.onHosts(selector("disk", "gen"));
    }
    if (random.nextInt(10) == 0) {
      demand = demand.onlyOn(names());
    }
    if (random.nextInt(6) == 0) {
      demand = demand.notOn(names());
    }
    List<DomainRule> rules = new ArrayList<>();
    while (random.nextInt(5) < 2) {
      rules.add(rule());
    }
    return demand.withRules(rules.toArray(DomainRule[]::new));
  }

  private DomainRule rule() {
    Selector selector = selector("app", "tier");
    Scope scope = new Scope(random.nextInt(3));
    return switch (random.nextInt(4)) {
      case 0 -> new DomainRule.Affinity(selector, scope);
      case 1 ->
          new DomainRule.Spread(
              selector, new Scope(Math.max(1, scope.depth())), 1 + random.nextInt(2));
      default -> new DomainRule.AntiAffinity(selector, scope);
    };
  }

  private Selector selector(String first, String second) {
    String value = String.valueOf((char) ('a' + random.nextInt(3)));
    return Selector.parse(
        switch (random.nextInt(6)) {
          case 0 -> first + "!=" + value;
          case 1 -> "!" + second;
          case 2 -> first + "=" + value + "|b," + second;
          case 3 -> second + "=" + value;
          default -> first + "=" + value;
        });
  }

  private Map<String, String> labels(String first, String second) {
    Map<String, String> labels = new HashMap<>();
    for (String key : List.of(first, second)) {
      if (random.nextInt(4) > 0) {
        labels.put(key, String.valueOf((char) ('a' + random.nextInt(3))));
      }
    }
    return labels;
  }

  private Set<String> names() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      names.add(hostName());
    }
    return names;
  }

  private long pick(long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
