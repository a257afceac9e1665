package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What domains that do nothing cost the process of their host, seen from outside. */
@Tag("guest")
final class IdleDomainsTest {
  private static final int DOMAINS = 20;
  private static final int MORE_THREADS = 5;
  private static final double SHARE_OF_A_CORE = 0.02;
  private static final Duration WATCHED = Duration.ofSeconds(3);
  private static final int TIMES = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;

  @Test
  void shouldCostNextToNothing() throws Exception {
    GuestImage.debian();
    Path kernel = TinyKernel.in(folder);
    Path configuration =
        Files.writeString(
            folder.resolve("agent.yaml"), "name: idle\nlisten: 127.0.0.1:0\nmemory: 2G\n");
    try (XenoProcess agent =
        XenoProcess.start("host-agent", "--config", configuration.toString())) {
      String address =
          agent.output().await(Pattern.compile("listens on (\\S+)"), PATIENCE).group(1);
      ProcessClock clock = ProcessClock.of(agent.pid());
      try (ForeignClient client = new ForeignClient(address)) {
        create(client, Domains.debian("debian"));
        Transcript console = new Transcript("console of debian");
        Consumer<String> keyboard =
            client.console("HostAgentService", "HostConsole", "debian", console);
        new Shell(console, keyboard).awaitPrompt();

        Duration one = cost(clock, client, "a booted guest");
        Map<String, Integer> few = threads(agent);

        for (int i = 1; i < DOMAINS; i++) {
          create(client, Domains.tiny("tiny-" + i, kernel));
        }
        await().atMost(PATIENCE).until(() -> running(client) == DOMAINS);
        Duration all = cost(clock, client, DOMAINS + " domains");
        Map<String, Integer> many = threads(agent);

        System.out.println("threads with 1 domain:  " + few);
        System.out.println("threads with " + DOMAINS + " domains: " + many);
        assertThat(total(many)).isLessThanOrEqualTo(total(few) + MORE_THREADS);
        assertThat(one).isLessThan(allowed());
        assertThat(all).isLessThan(allowed());
      }
    }
  }

  private static void create(ForeignClient agent, String spec) throws Exception {
    agent.call(
        "HostAgentService", "CreateHostDomain", "{\"spec\":%s,\"start\":true}".formatted(spec));
  }

  private static long running(ForeignClient agent) throws Exception {
    return agent
        .call("HostAgentService", "ListHostDomains", "{}")
        .get("domains")
        .valueStream()
        .filter(domain -> domain.get("state").asString().equals("DOMAIN_STATE_RUNNING"))
        .count();
  }

  private static Duration allowed() {
    return Duration.ofNanos((long) (WATCHED.toNanos() * SHARE_OF_A_CORE));
  }

  /**
   * The process's processor time over a while in which nobody asks it for anything: the middle of
   * several, since what a compiler still does once is no part of it.
   */
  private static Duration cost(ProcessClock clock, ForeignClient client, String what)
      throws Exception {
    awaitQuiet(clock);
    long domainsBeforeNs = domainsCpuNs(client);
    List<Duration> costs = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      costs.add(costOnce(clock));
    }
    long domainsNs = domainsCpuNs(client) - domainsBeforeNs;
    Duration middle = costs.stream().sorted().toList().get(TIMES / 2);
    System.out.printf(
        "%s, idle: process %s ms in %d s each, domains %.1f ms in all (%.2f %% of a core)%n",
        what,
        costs.stream().map(Duration::toMillis).toList(),
        WATCHED.toSeconds(),
        domainsNs / 1e6,
        100.0 * middle.toNanos() / WATCHED.toNanos());
    return middle;
  }

  private static Duration costOnce(ProcessClock clock) {
    Duration before = clock.read();
    long startNs = System.nanoTime();
    await()
        .pollDelay(WATCHED)
        .atMost(WATCHED.multipliedBy(2))
        .until(() -> System.nanoTime() - startNs >= WATCHED.toNanos());
    return clock.read().minus(before);
  }

  /** Lets compilers and the guest finish what they still had to do after the boot. */
  private static void awaitQuiet(ProcessClock clock) {
    Duration[] last = {clock.read()};
    int[] quietSeconds = {0};
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          Duration now = clock.read();
          Duration used = now.minus(last[0]);
          last[0] = now;
          quietSeconds[0] = used.toMillis() <= 20 ? quietSeconds[0] + 1 : 0;
          return quietSeconds[0] == 3;
        });
  }

  private static long domainsCpuNs(ForeignClient client) throws Exception {
    JsonNode report = client.watch("HostAgentService", "StreamUsage", "{\"interval_ms\":0}").next();
    long sum = 0;
    for (JsonNode domain : report.get("records")) {
      sum += Long.parseLong(domain.get("cpu_ns").asString());
    }
    return sum;
  }

  /** How many threads the kernel knows of the process, by their names without numbers. */
  private static Map<String, Integer> threads(XenoProcess agent) throws IOException {
    Map<String, Integer> threads = new TreeMap<>();
    List<Path> tasks;
    try (Stream<Path> found = Files.list(Path.of("/proc", Long.toString(agent.pid()), "task"))) {
      tasks = found.toList();
    }
    for (Path task : tasks) {
      String name = Files.readString(task.resolve("comm")).strip().replaceAll("[-#0-9 ]+$", "");
      threads.merge(name, 1, Integer::sum);
    }
    return threads;
  }

  private static int total(Map<String, Integer> threads) {
    return threads.values().stream().mapToInt(Integer::intValue).sum();
  }
}
