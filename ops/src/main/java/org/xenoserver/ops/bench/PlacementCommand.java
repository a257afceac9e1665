package org.xenoserver.ops.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.xenoserver.clustermanager.placement.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code xeno bench placement}: how fast hosts are chosen on how many, and how well. */
@Command(
    name = "placement",
    description = {
      "Measures how fast and how well hosts are chosen for domains.",
      "Domains come and go on a made-up cluster that is 70 % full: three sizes of hosts in racks and"
          + " zones, nine sizes of domains, half of them with rules about each other, 30 % with"
          + " demands on the host. Every decision is carried out. Times are processor time: of the"
          + " deciding thread per decision, of the whole process for decisions per second, which"
          + " includes the domains that leave and the collector."
    })
final class PlacementCommand implements Callable<Integer> {
  private static final int BASE = 100;
  private static final int MOST_HOSTS = 100_000;
  private static final int SMALL_CASES = 50;
  private static final int LARGE_HOSTS = 2000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json; by default ${DEFAULT-VALUE}.",
      defaultValue = "text")
  private ReportFormat output = ReportFormat.TEXT;

  @Option(
      names = "--hosts",
      split = ",",
      paramLabel = "NUMBER",
      description =
          "Numbers of hosts, 1 to 100000, by default ${DEFAULT-VALUE}; 100 is always measured.",
      defaultValue = "100,1000,10000,20000")
  private List<Integer> hosts = List.of();

  @Option(
      names = "--policy",
      split = ",",
      paramLabel = "NAME",
      description = "pack, spread, balance; by default all.",
      defaultValue = "pack,spread,balance")
  private List<String> policies = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      description = "Processor time of each measurement, 0.1 to 3600; by default ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private double seconds;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "What the workload is made from; by default ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private long seed;

  private record Measured(PlacementSpeed.Result result, double slowdown, double wholeSlowdown) {}

  @Override
  public Integer call() {
    List<Policy> chosen = checkedPolicies();
    TreeSet<Integer> sizes = checkedHosts();
    List<Measured> speed = new ArrayList<>();
    for (Policy policy : Policy.ALL) {
      new PlacementSpeed(BASE, policy, seed, JVM).run(Math.min(seconds, 1));
    }
    for (Policy policy : chosen) {
      measure(policy, sizes, speed);
    }
    List<PackingQuality.Result> quality = new ArrayList<>();
    for (PackingQuality.Sizes kind : PackingQuality.Sizes.values()) {
      quality.add(PackingQuality.small(kind, SMALL_CASES, 20, seed));
      quality.add(PackingQuality.small(kind, SMALL_CASES, 40, seed));
      quality.add(PackingQuality.large(kind, LARGE_HOSTS, seed));
    }
    System.out.print(output == ReportFormat.JSON ? json(speed, quality) : text(speed, quality));
    return 0;
  }

  private List<Policy> checkedPolicies() {
    try {
      return policies.stream().distinct().map(Policy::named).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--policy: " + e.getMessage(), e);
    }
  }

  private TreeSet<Integer> checkedHosts() {
    TreeSet<Integer> sizes = new TreeSet<>(hosts);
    if (sizes.first() < 1 || sizes.last() > MOST_HOSTS) {
      throw new ParameterException(
          spec.commandLine(),
          "--hosts: %d is not a number of hosts from 1 to %d"
              .formatted(sizes.first() < 1 ? sizes.first() : sizes.last(), MOST_HOSTS));
    }
    if (!(seconds >= 0.1 && seconds <= 3600)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds: %s is not from 0.1 to 3600".formatted(seconds));
    }
    sizes.add(BASE);
    return sizes;
  }

  private void measure(Policy policy, TreeSet<Integer> sizes, List<Measured> speed) {
    PlacementSpeed.Result base = measure(policy, BASE);
    for (int size : sizes) {
      PlacementSpeed.Result result = size == BASE ? base : measure(policy, size);
      speed.add(
          new Measured(
              result, result.decisionUs() / base.decisionUs(), result.wholeUs() / base.wholeUs()));
    }
  }

  private PlacementSpeed.Result measure(Policy policy, int size) {
    PlacementSpeed cluster = new PlacementSpeed(size, policy, seed, JVM);
    cluster.run(seconds / 2);
    return cluster.run(seconds);
  }

  private static String text(List<Measured> speed, List<PackingQuality.Result> quality) {
    StringBuilder text = new StringBuilder();
    text.append(
        "POLICY    HOSTS   DOMAINS  DECISIONS/S  US/DECISION  SLOWDOWN  WITH ALL  NO HOST"
            + "  IN USE   FILL   BOUND  DEVIATION\n");
    for (Measured each : speed) {
      PlacementSpeed.Result result = each.result();
      text.append(
          format(
              "%-7s  %6d  %8d  %11.0f  %11.2f  %8.2f  %8.2f  %6.2f%%  %6d  %4.0f%%  %6d  %9.4f%n",
              result.policy(),
              result.hosts(),
              result.domains(),
              result.perSecond(),
              result.decisionUs(),
              each.slowdown(),
              each.wholeSlowdown(),
              100.0 * result.unplaced() / result.decisions(),
              result.hostsInUse(),
              100 * result.fillInUse(),
              result.hostsBound(),
              result.deviation()));
    }
    text.append("\nSIZES     CASES  DOMAINS  SOLVED  BOUND   USED  OVER  AFTER REBALANCING\n");
    for (PackingQuality.Result result : quality) {
      text.append(
          format(
              "%-8s  %5d  %7d  %6d  %5d  %5d  %3.1f%%  %16.1f%%%n",
              result.sizes().name().toLowerCase(Locale.ROOT),
              result.cases(),
              result.domains(),
              result.exactCases(),
              result.bound(),
              result.used(),
              100 * result.overBound(),
              100 * result.overBoundRebalanced()));
    }
    return text.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private String json(List<Measured> speed, List<PackingQuality.Result> quality) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("bench", "placement");
    document.put("seed", seed);
    document.put("seconds", seconds);
    document.put("speed", speed.stream().map(PlacementCommand::document).toList());
    document.put("packing", quality.stream().map(PlacementCommand::document).toList());
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(document)
        + "\n";
  }

  private static Map<String, Object> document(Measured each) {
    PlacementSpeed.Result result = each.result();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("policy", result.policy());
    document.put("hosts", result.hosts());
    document.put("domains", result.domains());
    document.put("decisions", result.decisions());
    document.put("unplaced", result.unplaced());
    document.put("decisions_per_second", result.perSecond());
    document.put("decision_us", result.decisionUs());
    document.put("slowdown", each.slowdown());
    document.put("whole_us", result.wholeUs());
    document.put("whole_slowdown", each.wholeSlowdown());
    document.put("hosts_examined", result.examined());
    document.put("hosts_in_use", result.hostsInUse());
    document.put("fill_in_use", result.fillInUse());
    document.put("hosts_bound", result.hostsBound());
    document.put("average_share", result.averageShare());
    document.put("deviation", result.deviation());
    return document;
  }

  private static Map<String, Object> document(PackingQuality.Result result) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("sizes", result.sizes().name().toLowerCase(Locale.ROOT));
    document.put("cases", result.cases());
    document.put("domains", result.domains());
    document.put("solved", result.exactCases());
    document.put("hosts_bound", result.bound());
    document.put("hosts_used", result.used());
    document.put("over_bound", result.overBound());
    document.put("hosts_used_rebalanced", result.rebalanced());
    document.put("over_bound_rebalanced", result.overBoundRebalanced());
    return document;
  }

  /** What the virtual machine says. */
  private static final PlacementSpeed.ProcessorTime JVM =
      new PlacementSpeed.ProcessorTime() {
        @Override
        public long threadNs() {
          return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        @Override
        public long processNs() {
          return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
              .getProcessCpuTime();
        }
      };
}
