package org.xenoserver.integrationtests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xenoserver.integrationtests.faults.Operation.Answer;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostState;

/**
 * A cluster under real faults. After each test the cluster is whole again and empty, and everything
 * that guests, disks and clients saw of it is judged.
 */
@Tag("faults")
@Timeout(7200)
final class RealFaultsTest {
  private static final Duration FAILOVER_BOUND = Duration.ofSeconds(15);
  private static final Duration LEADER_BOUND = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long DAY_NS = Duration.ofDays(1).toNanos();

  private static FaultCluster cluster;
  private static ClusterClient client;
  private static Executions executions;
  private static Witness witness;

  /** Domains whose disks are to be judged, by UUID. */
  private final Map<UUID, String> created = new HashMap<>();

  @BeforeAll
  static void startCluster() throws Exception {
    FaultNetwork.require();
    Path memory = Path.of("/dev/shm");
    Path folder =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "xenoserver-faults")
            : Files.createTempDirectory("xenoserver-faults");
    cluster = FaultCluster.start(folder);
    executions = new Executions();
    witness = new Witness(cluster, executions);
    client = new ClusterClient(cluster);
    awaitWhole();
  }

  @AfterAll
  static void endCluster() throws Exception {
    if (cluster == null) {
      return;
    }
    witness.close();
    cluster.keepLogs(Path.of("target", "faults"));
    cluster.close();
    try (Stream<Path> files = Files.walk(cluster.folder())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void awaitWhole() {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .ignoreExceptions()
        .untilAsserted(() -> {
          assertThat(client.leader()).isNotNull();
          assertThat(
                  client.hosts().stream()
                      .filter(host -> host.getState() == HostState.HOST_STATE_UP))
              .extracting(Host::getName)
              .containsExactlyInAnyOrderElementsOf(FaultCluster.HOSTS);
        });
  }

  @AfterEach
  void judge() throws Exception {
    awaitWhole();
    for (Domain domain : client.list()) {
      var unused = client.destroy(domain.getSpec().getName(), PATIENCE);
    }
    await().atMost(PATIENCE).ignoreExceptions().until(() -> client.list().isEmpty());
    List<String> violations = violations();
    System.out.printf(
        "violations: %d, of %d domains and %d incarnations so far%n",
        violations.size(), created.size(), executions.incarnations());
    assertThat(violations).isEmpty();
  }

  private List<String> violations() throws IOException {
    List<String> violations = new ArrayList<>(executions.violations());
    for (Map.Entry<UUID, String> domain : created.entrySet()) {
      Path disk = client.disk(domain.getKey());
      violations.addAll(CounterDisk.violations(disk, executions.counts(domain(domain))));
    }
    return violations;
  }

  /** What executions calls a domain that was created. */
  private static String domain(Map.Entry<UUID, String> created) {
    return Executions.key(created.getValue(), created.getKey().toString());
  }

  /** Creates domains and waits until each counts; their hosts by what executions calls them. */
  private Map<String, String> createCounting(String prefix, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      UUID uuid = UUID.randomUUID();
      String name = prefix + i;
      created.put(uuid, name);
      assertThat(client.create(name, uuid, PATIENCE).answer()).isEqualTo(Answer.OK);
    }
    await()
        .atMost(PATIENCE)
        .until(() ->
            created.entrySet().stream()
                .noneMatch(entry -> executions.counts(domain(entry)).isEmpty()));
    return client.list().stream()
        .collect(Collectors.toMap(domain -> Executions.key(domain.getSpec()), Domain::getHost));
  }

  private static String busiest(Map<String, String> hosts) {
    return hosts.values().stream()
        .max(Comparator.comparingLong(host -> hosts.values().stream().filter(host::equals).count()))
        .orElseThrow();
  }

  private static List<String> on(Map<String, String> hosts, String host) {
    return hosts.entrySet().stream()
        .filter(entry -> entry.getValue().equals(host))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Waits until domains of a host run elsewhere; says when they stopped and when they ran. */
  private static void awaitFailover(String what, List<String> domains, String host, long faultNs) {
    await()
        .atMost(FAILOVER_BOUND)
        .pollInterval(POLL)
        .untilAsserted(() ->
            assertThat(domains)
                .allSatisfy(domain ->
                    assertThat(executions.firstElsewhereNs(domain, host, faultNs))
                        .as(domain)
                        .isPositive()));
    for (String domain : domains) {
      long stoppedNs = executions.lastNs(domain, host);
      long ranNs = executions.firstElsewhereNs(domain, host, faultNs);
      System.out.printf(
          "%s: %s executed last on %s %.2f s after the fault, and first elsewhere after %.2f s%n",
          what, domain, host, (stoppedNs - faultNs) / 1e9, (ranNs - faultNs) / 1e9);
      assertThat(stoppedNs).as("the old copy of %s had stopped before", domain).isLessThan(ranNs);
      assertThat(ranNs - faultNs).isLessThan(FAILOVER_BOUND.toNanos());
    }
  }

  /** Something done to a host. */
  @FunctionalInterface
  private interface Deed {
    void to(String host) throws Exception;
  }

  /** A host that something befell, and the domains that ran on it. */
  private record Victim(String host, List<String> domains, long faultNs) {}

  /** Lets a fault befall the host with most domains until they run elsewhere. */
  private Victim failOver(String prefix, String what, Deed fault, Deed undo) throws Exception {
    Map<String, String> hosts = createCounting(prefix, 6);
    String host = busiest(hosts);
    Victim victim = new Victim(host, on(hosts, host), Executions.nowNs());
    fault.to(host);
    try {
      awaitFailover(what, victim.domains(), host, victim.faultNs());
    } finally {
      undo.to(host);
    }
    return victim;
  }

  @Test
  void shouldRunAnIsolatedHostsDomainsElsewhereAfterTheyHaveStopped() throws Exception {
    var unused =
        failOver(
            "isolated",
            "cut both ways",
            host -> {
              cluster.network().cutOutgoing(host);
              cluster.network().cutIncoming(host);
            },
            cluster.network()::heal);
  }

  @Test
  void shouldRunTheDomainsOfAHostThatIsNotHeardElsewhere() throws Exception {
    var unused =
        failOver("unheard", "cut one way", cluster.network()::cutOutgoing, cluster.network()::heal);
  }

  @Test
  void shouldNotRunOnWhenAHungHostGoesOn() throws Exception {
    Victim hung = failOver("hung", "stopped", cluster::suspendBetweenWrites, cluster::resume);
    awaitWhole();
    for (String domain : hung.domains()) {
      assertThat(executions.lastNs(domain, hung.host()))
          .as("what %s executed after SIGCONT", domain)
          .isLessThan(executions.firstElsewhereNs(domain, hung.host(), hung.faultNs()));
    }
  }

  @Test
  void shouldRunTheDomainsOfAKilledHostElsewhere() throws Exception {
    var unused = failOver("killed", "killed", cluster::kill, cluster::restart);
  }

  @Test
  void shouldKeepDomainsOverTheRestartOfTheirAgent() throws Exception {
    Map<String, String> hosts = createCounting("restarted", 4);
    String host = busiest(hosts);
    long killNs = Executions.nowNs();
    cluster.kill(host);
    cluster.restart(host);
    awaitCountingAfter(killNs);
  }

  /** Waits until every domain has counted again after a moment, wherever it is. */
  private void awaitCountingAfter(long afterNs) {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .untilAsserted(() ->
            assertThat(created.entrySet())
                .allSatisfy(entry -> {
                  String domain = domain(entry);
                  assertThat(
                          executions.counts(domain).stream()
                              .mapToLong(CounterRecord::incarnation)
                              .max()
                              .orElse(0))
                      .as(domain)
                      .isPositive();
                  assertThat(
                          executions.counts(domain).stream()
                              .mapToLong(CounterRecord::atNs)
                              .max()
                              .orElse(0))
                      .as(domain)
                      .isGreaterThan(afterNs);
                }));
  }

  @Test
  void shouldSurviveTheLossOfZooKeepersMajority() throws Exception {
    createCounting("majority", 4);
    long stopNs = Executions.nowNs();
    cluster.suspend("zk1");
    cluster.suspend("zk2");
    try {
      // Nobody can prove a lease: every domain stops, and none is placed anew.
      await()
          .atMost(FaultCluster.LEASE.plusSeconds(5))
          .pollInterval(POLL)
          .until(() -> lastCountNs() < Executions.nowNs() - 2_000_000_000L);
      System.out.printf(
          "majority lost: the last domain executed %.2f s after it%n",
          (lastCountNs() - stopNs) / 1e9);
      assertThat(lastCountNs() - stopNs).isLessThan(FaultCluster.LEASE.toNanos());
    } finally {
      cluster.resume("zk1");
      cluster.resume("zk2");
    }
    long resumedNs = Executions.nowNs();
    awaitCountingAfter(resumedNs);
    System.out.printf(
        "majority restored: every domain counted again after %.2f s%n",
        (Executions.nowNs() - resumedNs) / 1e9);
  }

  private long lastCountNs() {
    return created.entrySet().stream()
        .flatMap(entry -> executions.counts(domain(entry)).stream())
        .mapToLong(CounterRecord::atNs)
        .max()
        .orElse(0);
  }

  @Test
  void shouldGiveEachRequestOneEffectWhenTheLeaderIsKilled() throws Exception {
    List<String> names = IntStream.range(0, 6).mapToObj(i -> "led" + i).toList();
    String leader = Objects.requireNonNull(client.leader());
    try (Workload workload = new Workload(client, names, 4, System.nanoTime())) {
      await().until(() -> workload.answers().getOrDefault("CREATE OK", 0) > 2);
      long killedNs = System.nanoTime();
      cluster.kill(leader);
      await().atMost(LEADER_BOUND).pollInterval(POLL).until(() -> client.leader() != null);
      System.out.printf(
          "leader killed: another led after %.2f s%n", (System.nanoTime() - killedNs) / 1e9);
      int answered = workload.answers().values().stream().mapToInt(Integer::intValue).sum();
      await()
          .atMost(PATIENCE)
          .until(() ->
              workload.answers().values().stream().mapToInt(Integer::intValue).sum()
                  > answered + 6);
      cluster.restart(leader);
      finish(workload);
    }
  }

  /** Ends a workload and judges what its clients were told. */
  private void finish(Workload workload) throws Exception {
    workload.close();
    created.putAll(workload.created());
    awaitWhole();
    // Whether a domain that is going has gone is open until it has.
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() ->
            client.list().stream()
                .allMatch(domain -> domain.getState() == DomainState.DOMAIN_STATE_RUNNING));
    workload.lookAtTheEnd();
    System.out.println("requests: " + workload.answers());
    assertThat(workload.violations()).isEmpty();
  }

  @Test
  void shouldSurviveFaultsAtRandom() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Duration duration = Duration.ofSeconds(Integer.getInteger("xenoserver.faults.seconds", 60));
    System.out.printf("RealFaultsTest seed %d, %d s%n", seed, duration.toSeconds());
    List<String> names = IntStream.range(0, 8).mapToObj(i -> "random" + i).toList();
    Nemesis nemesis = new Nemesis(cluster, seed);
    try (Workload workload = new Workload(client, names, 3, seed)) {
      nemesis.rage(duration);
      long calmNs = Executions.nowNs();
      finish(workload);
      System.out.printf(
          "faults: %s; all domains ran %.1f s after the last was undone; %d incarnations of %d domains; processes that ended by themselves: %s%n",
          nemesis.counts(),
          (Executions.nowNs() - calmNs) / 1e9,
          executions.incarnations(),
          created.size(),
          cluster.ended());
      report(nemesis);
      assertThat(cluster.ended()).isEmpty();
    }
  }

  /** How long domains took to run elsewhere after what befell their hosts, other faults besides. */
  private static void report(Nemesis nemesis) {
    Map<Nemesis.Fault, List<Double>> seconds = new EnumMap<>(Nemesis.Fault.class);
    for (Nemesis.Blow blow : nemesis.blows()) {
      if (blow.heldNs() < FaultCluster.LEASE.toNanos()) {
        continue; // The host may have kept its lease.
      }
      for (Executions.Failover failover : executions.failovers(blow.host(), blow.atNs())) {
        seconds.computeIfAbsent(blow.fault(), any -> new ArrayList<>()).add(failover.ranNs() / 1e9);
        if (failover.ranNs() > FAILOVER_BOUND.toNanos()) {
          System.out.printf(
              "slow: %s of %s at %s: %s stopped after %.1f s and ran elsewhere after %.1f s%n",
              blow.fault(),
              blow.host(),
              LocalTime.ofNanoOfDay(blow.atNs() % DAY_NS),
              failover.domain(),
              failover.stoppedNs() / 1e9,
              failover.ranNs() / 1e9);
        }
      }
    }
    seconds.forEach((fault, all) -> {
      all.sort(Comparator.naturalOrder());
      System.out.printf(
          "after %s: %d domains ran elsewhere, median %.2f s, longest %.2f s%n",
          fault, all.size(), all.get(all.size() / 2), all.getLast());
    });
  }
}
