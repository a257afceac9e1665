package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Daemons as separate processes, used by clients that have none of our classes. */
@Tag("guest")
@ExtendWith(SharedCluster.class)
final class ForeignClientTest {
  private static final String PROTO = "proto/src/main/protobuf";
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void shouldServeHealthAndReflectionEverywhere(Cluster cluster) throws Exception {
    Map<String, String> services =
        Map.of(
            "cluster-manager", "xenoserver.v1.DomainService",
            "accounting", "xenoserver.v1.UsageService",
            "alpha", "xenoserver.v1.HostAgentService",
            "beta", "xenoserver.v1.HostAgentService");
    for (Map.Entry<String, String> daemon : services.entrySet()) {
      try (ForeignClient client = cluster.connect(daemon.getKey())) {
        assertThat(client.services())
            .as(daemon.getKey())
            .contains(
                daemon.getValue(), "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");
        assertThat(client.call("grpc.health.v1.Health", "Check", "{}").get("status").asString())
            .isEqualTo("SERVING");
      }
    }
  }

  @Test
  void shouldLiveADomainsLifeThroughReflectionAlone(Cluster cluster) throws Exception {
    GuestImage.debian();
    var before = cluster.tree();
    try (ForeignClient manager = cluster.connect("cluster-manager");
        ForeignClient accounting = cluster.connect("accounting")) {
      Domains domains = new Domains(manager);
      domains.awaitAllHosts();
      JsonNode created = domains.create(Domains.debian("reflected"), true, "");
      domains.awaitState("reflected", "RUNNING");
      Transcript output = new Transcript("console of reflected");
      Shell shell = new Shell(output, manager.console("reflected", output));
      System.out.println(
          "Linux " + shell.awaitPrompt() + " on host " + created.get("host").asString());
      assertThat(shell.run("hostname; uname -m; seq 1 1000 | sha256sum | cut -c 1-64"))
          .isEqualTo("reflected\nriscv64\n" + Digests.sha256(thousandLines()) + "\n");

      domains.call("PauseDomain", "reflected");
      domains.awaitState("reflected", "PAUSED");
      agreeOnUsage(cluster, accounting);

      domains.destroy("reflected");
    }
    assertThat(cluster.tree()).as("what is left in ZooKeeper").isEqualTo(before);
  }

  @Test
  void shouldLiveADomainsLifeInPythonWithTheProtoFilesAlone(Cluster cluster) throws Exception {
    GuestImage.debian();
    if (!Files.isExecutable(PYTHON)
        || tool("", PYTHON, "-c", "import grpc, grpc_tools").status != 0) {
      Absence.of(
          "python3 with grpcio",
          "the packages python3-grpcio and python3-grpc-tools are not installed");
    }
    var before = cluster.tree();
    try (ForeignClient manager = cluster.connect("cluster-manager")) {
      new Domains(manager).awaitAllHosts();
    }
    Path script = folder.resolve("client.py");
    try (InputStream in = ForeignClientTest.class.getResourceAsStream("client.py")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    Said said =
        tool(
            "",
            PYTHON,
            script.toString(),
            Checkout.file(PROTO).toString(),
            Files.createDirectory(folder.resolve("stubs")).toString(),
            cluster.address("cluster-manager"));
    System.out.print(said.text);
    assertThat(said.status).as(said.text).isZero();
    assertThat(said.text)
        .containsSubsequence("created on ", "running", "answer 56088 riscv64", "then NOT_FOUND");
    assertThat(cluster.tree()).as("what is left in ZooKeeper").isEqualTo(before);
  }

  /**
   * The API, the metrics and xenctl, of a domain that is paused so that its figures stand still.
   */
  private void agreeOnUsage(Cluster cluster, ForeignClient accounting) throws Exception {
    double api = seconds(usage(accounting));
    String metrics = metrics(cluster);
    XenoProcess.Ended xenctl =
        XenoProcess.run(
            "ctl",
            "--accounting",
            cluster.address("accounting"),
            "-o",
            "json",
            "usage",
            "reflected");
    assertThat(xenctl.status()).as(xenctl.errors()).isZero();
    JsonNode table = JsonMapper.shared().readTree(xenctl.output());
    double ctl = seconds(table.isArray() ? table.get(0) : table);
    Matcher metric =
        Pattern.compile(
                "(?m)^xenoserver_domain_cpu_seconds_total\\{[^}]*domain=\"reflected\"[^}]*} (\\S+)")
            .matcher(metrics);
    assertThat(metric.find()).as(metrics).isTrue();
    double scraped = Double.parseDouble(metric.group(1));
    System.out.printf("CPU seconds: API %.9f, xenctl %.9f, metrics %.9f%n", api, ctl, scraped);
    assertThat(api).isGreaterThan(1);
    assertThat(ctl).isCloseTo(api, within(1e-6));
    assertThat(scraped).isCloseTo(api, within(1e-6));
    if (Files.isExecutable(PROMTOOL)) {
      Said said = tool(metrics, PROMTOOL, "check", "metrics");
      assertThat(said.status).as(said.text).isZero();
      System.out.printf(
          "promtool finds nothing in %d lines of metrics%s%n", metrics.lines().count(), said.text);
    } else {
      System.out.println("NOT RUN for want of promtool: check metrics");
    }
  }

  private static JsonNode usage(ForeignClient accounting) throws Exception {
    return accounting
        .call("UsageService", "ListUsage", "{\"domain\":\"reflected\"}")
        .get("usage")
        .get(0);
  }

  private static double seconds(JsonNode usage) {
    return Long.parseLong(usage.get("cpu_ns").asString()) / 1e9;
  }

  private static String metrics(Cluster cluster) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(cluster.metrics())).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    }
  }

  private static byte[] thousandLines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= 1000; i++) {
      lines.append(i).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private record Said(int status, String text) {}

  private static Said tool(String input, Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      return assertTimeoutPreemptively(
          PATIENCE,
          () -> {
            try (OutputStream out = process.getOutputStream()) {
              out.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), text);
          });
    } finally {
      process.destroyForcibly();
    }
  }
}
