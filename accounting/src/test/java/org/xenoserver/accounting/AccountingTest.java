package org.xenoserver.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.DomainUsage;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.ListUsageRequest;
import org.xenoserver.proto.v1.UsageServiceGrpc;

final class AccountingTest {
  private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private TestingServer server;
  private CuratorFramework zookeeper;
  private Accounting accounting;
  private ManagedChannel channel;
  private FakeAgent agent;

  @BeforeEach
  void start() throws Exception {
    server = new TestingServer();
    zookeeper =
        CuratorFrameworkFactory.builder()
            .connectString(server.getConnectString())
            .namespace(ZooKeeperLayout.NAMESPACE)
            .retryPolicy(new RetryOneTime(100))
            .build();
    zookeeper.start();
    agent = new FakeAgent("h1");
    startAccounting();
  }

  private void startAccounting() throws Exception {
    accounting = Accounting.start(config(ANY, ANY), Clocks.FIXED);
    channel = Channels.open(accounting.endpoint());
  }

  private AccountingConfig config(Endpoint listen, Endpoint metrics) {
    return new AccountingConfig(
        listen,
        metrics,
        server.getConnectString(),
        Duration.ofSeconds(1),
        folder.resolve("usage.db"));
  }

  @AfterEach
  void stop() throws Exception {
    stopAccounting();
    agent.close();
    zookeeper.close();
    server.close();
  }

  private void stopAccounting() {
    channel.shutdownNow();
    accounting.close();
  }

  private void lease(String name, Endpoint address) throws Exception {
    Host host = Host.newBuilder().setName(name).setAddress(address.toString()).build();
    for (String path : List.of(ZooKeeperLayout.host(name), ZooKeeperLayout.lease(name))) {
      zookeeper.create().orSetData().creatingParentsIfNeeded().forPath(path, host.toByteArray());
    }
  }

  private List<DomainUsage> usage(String domain) {
    return UsageServiceGrpc.newBlockingStub(channel)
        .listUsage(ListUsageRequest.newBuilder().setDomain(domain).build())
        .getUsageList();
  }

  private HttpResponse<String> get(String path, String accept)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + accounting.metricsEndpoint() + path);
    return http.send(
        HttpRequest.newBuilder(uri).header("Accept", accept).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void shouldTellUsageAsItIsWhenAsked() throws Exception {
    agent.uses("web", "b1", 1_500_000_000L);
    lease("h1", agent.endpoint());
    await().until(() -> agent.streams() == 1);
    agent.uses("web", "b1", 2_500_000_000L);
    agent.uses("web", "b2", 1_000_000_000L);
    agent.uses("db", "b1", 7);
    assertThat(usage("web"))
        .singleElement()
        .satisfies(total -> {
          assertThat(total.getDomainUuid()).isEqualTo("uuid-web");
          assertThat(total.getHost()).isEqualTo("h1");
          assertThat(total.getCpuNs()).isEqualTo(3_500_000_000L);
          assertThat(total.getMemoryByteSeconds()).isEqualTo(6);
        });
    assertThat(usage("uuid-db")).hasSize(1);
    assertThat(usage("")).hasSize(2);
    assertThat(get("/metrics", "").body())
        .contains(
            "xenoserver_domain_cpu_seconds_total"
                + "{domain=\"web\",host=\"h1\",uuid=\"uuid-web\"} 3.5\n");
  }

  @Test
  void shouldRefuseADomainItDoesNotKnow() {
    RpcFailure failure = RpcFailure.from(catchThrowable(() -> usage("none")));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failure).hasMessage("accounting knows no domain 'none'");
  }

  @Test
  void shouldAnswerFromTheLedgerWhenAHostDoesNotAnswer() throws Exception {
    agent.uses("web", "b1", 100);
    lease("h1", agent.endpoint());
    await().until(() -> !usage("").isEmpty());
    agent.uses("web", "b1", 200);
    agent.fallSilent();
    long beganNs = System.nanoTime();
    assertThat(usage("web").getFirst().getCpuNs()).isEqualTo(100);
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void shouldLoseNothingWhenItIsStoppedAndStarted() throws Exception {
    agent.uses("web", "b1", 100);
    lease("h1", agent.endpoint());
    await().until(() -> !usage("").isEmpty());
    stopAccounting();
    agent.uses("web", "b1", 250);
    startAccounting();
    await().until(() -> !usage("").isEmpty() && usage("web").getFirst().getCpuNs() == 250);
  }

  @Test
  void shouldOpenABrokenStreamAgain() throws Exception {
    lease("h1", agent.endpoint());
    await().until(() -> agent.streams() == 1);
    agent.breakStreams();
    await().until(() -> agent.streams() == 1);
    agent.uses("web", "b1", 42);
    agent.tell();
    await().until(() -> get("/metrics", "").body().contains("uuid-web"));
  }

  @Test
  void shouldFollowAHostToItsNewAddressAndShowItDownWithoutALease() throws Exception {
    lease("h1", agent.endpoint());
    await().until(() -> hostUp("1"));
    try (FakeAgent moved = new FakeAgent("h1")) {
      moved.uses("web", "b9", 9);
      lease("h1", moved.endpoint());
      await().until(() -> moved.streams() == 1 && hostUp("1"));
      assertThat(usage("web").getFirst().getCpuNs()).isEqualTo(9);
      zookeeper.delete().forPath(ZooKeeperLayout.lease("h1"));
      await().until(() -> hostUp("0"));
    }
  }

  private boolean hostUp(String value) throws Exception {
    return get("/metrics", "").body().contains("xenoserver_host_up{host=\"h1\"} " + value + ".0\n");
  }

  @Test
  void shouldNegotiateOpenMetrics() throws Exception {
    agent.uses("web", "b1", 1);
    lease("h1", agent.endpoint());
    await().until(() -> !usage("").isEmpty());
    HttpResponse<String> response =
        get("/metrics", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text");
    assertThat(response.body())
        .endsWith("# EOF\n")
        .contains("# TYPE xenoserver_domain_cpu_seconds counter\n")
        .contains("# UNIT xenoserver_domain_cpu_seconds seconds\n")
        .contains("xenoserver_build_info{version=");
    assertThat(get("/metrics", "text/plain").headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain");
    assertThat(get("/healthz", "").body()).isEqualTo("ok\n");
    assertThat(get("/other", "").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldPassPromtool() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(PROMTOOL), "promtool is not installed");
    agent.uses("web", "b1", 1);
    lease("h1", agent.endpoint());
    await().until(() -> !usage("").isEmpty());
    Path scrape = folder.resolve("scrape.txt");
    Files.writeString(scrape, get("/metrics", "text/plain").body());
    Process promtool =
        new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
            .redirectInput(scrape.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isEmpty();
    assertThat(promtool.exitValue()).isZero();
  }

  @Test
  void shouldSayThatAnAddressIsTakenAndLeaveNothingBehind() {
    assertThatThrownBy(() -> Accounting.start(config(accounting.endpoint(), ANY), Clocks.FIXED))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on " + accounting.endpoint() + ": address already in use");
    Endpoint taken = accounting.metricsEndpoint();
    assertThatThrownBy(() -> Accounting.start(config(ANY, taken), Clocks.FIXED))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on " + taken + ": address already in use");
  }
}
