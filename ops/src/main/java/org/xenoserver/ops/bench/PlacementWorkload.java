package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.DomainRule;
import org.xenoserver.clustermanager.placement.HostCondition;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Overcommit;
import org.xenoserver.clustermanager.placement.Resources;
import org.xenoserver.clustermanager.placement.Scope;
import org.xenoserver.clustermanager.placement.Selector;

/**
 * A made-up cluster and what is asked of it: three generations of hosts in racks of 20 and three
 * zones; applications of 1 to 12 domains of one size each, of which some are kept apart, spread or
 * together, and some want a kind of host.
 */
final class PlacementWorkload {
  static final long GIB = 1L << 30;
  private static final int RACK = 20;
  private static final int ZONES = 3;
  private static final int APPLICATIONS_AT_ONCE = 32;
  private static final Scope ZONE = new Scope(1);
  private static final Scope RACK_SCOPE = new Scope(2);

  private static final Resources[] HOST_SIZES = {
    new Resources(64, 256 * GIB, 4000 * GIB),
    new Resources(64, 256 * GIB, 4000 * GIB),
    new Resources(32, 192 * GIB, 2000 * GIB),
    new Resources(96, 512 * GIB, 8000 * GIB),
  };

  private static final Resources[] DOMAIN_SIZES = {
    new Resources(1, GIB, 10 * GIB),
    new Resources(1, 2 * GIB, 10 * GIB),
    new Resources(2, 4 * GIB, 20 * GIB),
    new Resources(2, 8 * GIB, 40 * GIB),
    new Resources(4, 8 * GIB, 40 * GIB),
    new Resources(4, 16 * GIB, 0),
    new Resources(8, 16 * GIB, 100 * GIB),
    new Resources(8, 32 * GIB, 0),
    new Resources(16, 64 * GIB, 200 * GIB),
  };

  private final SplittableRandom random;
  private final List<Application> applications = new ArrayList<>();
  private int applicationsMade;
  private int domainsMade;

  private static final class Application {
    private final Demand template;
    private int left;

    private Application(Demand template, int domains) {
      this.template = template;
      this.left = domains;
    }
  }

  PlacementWorkload(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The sizes of domains, for workloads of nothing but sizes. */
  static Resources domainSize(SplittableRandom random) {
    int first = random.nextInt(DOMAIN_SIZES.length);
    int second = random.nextInt(DOMAIN_SIZES.length);
    return DOMAIN_SIZES[Math.min(first, second)];
  }

  List<HostOffer> hosts(int number) {
    List<HostOffer> hosts = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      int rack = i / RACK;
      Resources size = HOST_SIZES[rack % HOST_SIZES.length];
      long firmware = random.nextInt(64) << 20;
      hosts.add(
          new HostOffer(
              "host-%05d".formatted(i),
              new Resources(size.vcpus(), size.memoryBytes() - firmware, size.diskBytes()),
              new Overcommit(2, 1, 1),
              Map.of(
                  "hostname", "host-%05d".formatted(i),
                  "disk", i % 2 == 0 ? "ssd" : "hdd",
                  "serial", Long.toString(random.nextLong(), 36)),
              List.of("zone-" + rack % ZONES, "rack-" + rack),
              "riscv64",
              i % 5 == 0 ? "software" : "kvm",
              HostCondition.UP));
    }
    return hosts;
  }

  /** The next domain that somebody asks for. */
  Demand next() {
    if (applications.size() < APPLICATIONS_AT_ONCE) {
      applications.add(application());
    }
    int index = random.nextInt(applications.size());
    Application application = applications.get(index);
    if (--application.left == 0) {
      applications.set(index, applications.getLast());
      applications.removeLast();
    }
    return application.template.named("d" + domainsMade++);
  }

  private Application application() {
    int domains = 1 + random.nextInt(12);
    String name = "app-" + applicationsMade++;
    Selector itself = Selector.label("app", name);
    Demand template =
        Demand.of(name, domainSize(random))
            .withPriority(random.nextInt(4))
            .withLabels(Map.of("app", name, "tier", random.nextInt(3) == 0 ? "web" : "batch"));
    int rule = random.nextInt(100);
    if (rule < 30) {
      template = template.withRules(new DomainRule.AntiAffinity(itself, Scope.HOST));
    } else if (rule < 40) {
      template = template.withRules(new DomainRule.Spread(itself, ZONE, 1));
    } else if (rule < 45) {
      template =
          template.withRules(
              new DomainRule.Spread(itself, RACK_SCOPE, 2),
              new DomainRule.AntiAffinity(itself, Scope.HOST));
    } else if (rule < 50) {
      template = template.withRules(new DomainRule.Affinity(itself, ZONE));
    } else if (rule < 53) {
      domains = Math.min(domains, 3);
      template = template.withRules(new DomainRule.AntiAffinity(itself, RACK_SCOPE));
    }
    int wanted = random.nextInt(100);
    if (wanted < 20) {
      template = template.onHosts(Selector.label("disk", "ssd"));
    } else if (wanted < 30) {
      template = template.withMachine("riscv64", "kvm");
    }
    return new Application(template, domains);
  }

  /** Any of so many, for what leaves. */
  int any(int bound) {
    return random.nextInt(bound);
  }
}
