package org.xenoserver.ops.xenctl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.ops.domainxml.DomainXml;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class XenctlTest {
  private static final String XML =
      "<domain><name>alpha</name><memory unit='MiB'>64</memory>"
          + "<os><kernel>image:debian</kernel></os></domain>";

  private final FakeCluster cluster = cluster();
  @TempDir Path folder = Path.of("");
  private Path file = folder;

  private static FakeCluster cluster() {
    try {
      return new FakeCluster();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.writeString(folder.resolve("alpha.xml"), XML);
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void shouldCreateAndStartFromAFile() {
    Invocation created = Invocation.at(cluster, "create", file.toString());
    assertThat(created).isEqualTo(new Invocation(0, "alpha is PENDING on host-1\n", ""));
    CreateDomainRequest request = cluster.created.getFirst();
    assertThat(request.getStart()).isTrue();
    assertThat(request.getHost()).isEmpty();
    assertThat(request.getSpec().getMemoryBytes()).isEqualTo(64 << 20);
  }

  @Test
  void shouldCreateFromStandardInputOnAHostWithoutStarting() {
    Invocation created =
        Invocation.at(
            cluster,
            new ByteArrayInputStream(XML.getBytes(StandardCharsets.UTF_8)),
            Optional::empty,
            "create",
            "-",
            "--no-start",
            "--host",
            "host-7",
            "-o",
            "json");
    assertThat(created.status()).isZero();
    assertThat(json(created.out()).at("/spec/memory_bytes").asString()).isEqualTo("67108864");
    assertThat(cluster.created.getFirst().getStart()).isFalse();
    assertThat(cluster.created.getFirst().getHost()).isEqualTo("host-7");
  }

  @Test
  void shouldWaitUntilACreatedDomainRuns() {
    cluster.nextState = DomainState.DOMAIN_STATE_RUNNING;
    assertThat(Invocation.at(cluster, "create", file.toString(), "--wait"))
        .isEqualTo(new Invocation(0, "alpha is RUNNING on host-1\n", ""));
  }

  @Test
  void shouldFailWhenACreatedDomainCrashesWhileWaiting() {
    cluster.nextState = DomainState.DOMAIN_STATE_CRASHED;
    assertThat(Invocation.at(cluster, "create", file.toString(), "--wait"))
        .isEqualTo(
            new Invocation(
                1, "", "xenctl: domain alpha is CRASHED on host-1: the kernel is not an Image\n"));
  }

  @Test
  void shouldSendNothingIfTheXmlIsWrong() throws IOException {
    Files.writeString(file, XML.replace("64", "0"));
    Invocation refused = Invocation.at(cluster, "create", file.toString());
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .isEqualTo(
            "xenctl: "
                + file
                + ":1:46: memory '0' is not valid; it must be a whole number greater than 0\n");
    assertThat(cluster.created).isEmpty();
  }

  @Test
  void shouldReportANameThatIsTaken() {
    cluster.add("alpha", DomainState.DOMAIN_STATE_RUNNING);
    assertThat(Invocation.at(cluster, "create", file.toString()))
        .isEqualTo(new Invocation(1, "", "xenctl: spec.name 'alpha' is taken by another domain\n"));
  }

  @Test
  void shouldListInAlignedColumns() {
    cluster.add("a", DomainState.DOMAIN_STATE_RUNNING);
    cluster.add("longer-name", DomainState.DOMAIN_STATE_PAUSED);
    assertThat(Invocation.at(cluster, "list").out())
        .isEqualTo(
            """
            NAME         STATE    HOST    VCPUS   MEMORY  REASON
            a            RUNNING  host-1      2  256 MiB  -
            longer-name  PAUSED   host-1      2  256 MiB  -
            """);
  }

  @Test
  void shouldListAsOneJsonArrayWithFieldNamesOfTheApi() {
    assertThat(json(Invocation.at(cluster, "-o", "json", "list").out()).isEmpty()).isTrue();
    cluster.add("a", DomainState.DOMAIN_STATE_RUNNING);
    cluster.add("b", DomainState.DOMAIN_STATE_PAUSED);
    JsonNode list = json(Invocation.at(cluster, "list", "-o", "json").out());
    assertThat(list.size()).isEqualTo(2);
    assertThat(list.get(0).at("/spec/name").asString()).isEqualTo("a");
    assertThat(list.get(1).at("/state").asString()).isEqualTo("DOMAIN_STATE_PAUSED");
    assertThat(list.get(0).at("/create_time").asString()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(list.get(0).at("/exit_status").asInt()).isZero();
    assertThat(list.get(0).at("/exit_status").isMissingNode()).isFalse();
  }

  @Test
  void shouldShowADomainForPeopleProgramsAndAsXml() throws Exception {
    cluster.add("a", DomainState.DOMAIN_STATE_RUNNING);
    assertThat(Invocation.at(cluster, "show", "a").words())
        .contains(
            List.of("state", "RUNNING"),
            List.of("memory", "256 MiB"),
            List.of("created", "2023-11-14T22:13:20Z"),
            List.of("label owner", "me"));
    assertThat(
            json(Invocation.at(cluster, "show", "a", "-o", "json").out()).at("/epoch").asString())
        .isEqualTo("1");
    String xml = Invocation.at(cluster, "show", "a", "-o", "xml").out();
    DomainSpec spec = DomainXml.parse("shown", xml.getBytes(StandardCharsets.UTF_8));
    assertThat(spec).isEqualTo(cluster.domains.values().iterator().next().getSpec());
  }

  @Test
  void shouldSayWhatIsNotThere() {
    assertThat(Invocation.at(cluster, "show", "ghost"))
        .isEqualTo(new Invocation(3, "", "xenctl: domain 'ghost' does not exist\n"));
    Invocation forPrograms = Invocation.at(cluster, "show", "ghost", "-o", "json");
    assertThat(forPrograms.status()).isEqualTo(3);
    assertThat(forPrograms.out()).isEmpty();
    assertThat(forPrograms.err().lines()).hasSize(1);
    JsonNode error = json(forPrograms.err()).at("/error");
    assertThat(error.at("/code").asString()).isEqualTo("NOT_FOUND");
    assertThat(error.at("/exit_status").asInt()).isEqualTo(3);
    assertThat(error.at("/message").asString()).isEqualTo("domain 'ghost' does not exist");
  }

  @Test
  void shouldTakeADomainThroughItsLife() {
    cluster.add("a", DomainState.DOMAIN_STATE_DEFINED);
    assertThat(Invocation.at(cluster, "start", "a").out()).isEqualTo("a is RUNNING on host-1\n");
    assertThat(Invocation.at(cluster, "start", "a"))
        .isEqualTo(new Invocation(1, "", "xenctl: domain 'a' is already running\n"));
    assertThat(Invocation.at(cluster, "pause", "a").out()).isEqualTo("a is PAUSED on host-1\n");
    assertThat(Invocation.at(cluster, "unpause", "a").out()).isEqualTo("a is RUNNING on host-1\n");
    cluster.nextState = DomainState.DOMAIN_STATE_STOPPED;
    assertThat(Invocation.at(cluster, "shutdown", "a", "--wait").out())
        .isEqualTo("a is STOPPED on host-1\n");
    assertThat(
            json(Invocation.at(cluster, "destroy", "a", "-o", "json").out())
                .at("/state")
                .asString())
        .isEqualTo("DOMAIN_STATE_DESTROYED");
    assertThat(cluster.domains).isEmpty();
  }

  @Test
  void shouldDestroyEveryDomainNamedEvenIfOneIsNotThere() {
    cluster.add("a", DomainState.DOMAIN_STATE_RUNNING);
    cluster.add("b", DomainState.DOMAIN_STATE_RUNNING);
    Invocation destroyed = Invocation.at(cluster, "destroy", "a", "ghost", "b", "-o", "json");
    assertThat(destroyed.status()).isEqualTo(3);
    assertThat(json(destroyed.out()).size()).isEqualTo(2);
    assertThat(destroyed.err()).contains("domain 'ghost' does not exist");
    assertThat(cluster.domains).isEmpty();
  }

  @Test
  void shouldStopWaitingForAShutdownAfterTheTimeLimit() {
    cluster.add("a", DomainState.DOMAIN_STATE_RUNNING);
    assertThat(Invocation.at(cluster, "shutdown", "a", "--wait", "--timeout", "300ms"))
        .isEqualTo(
            new Invocation(
                4,
                "",
                "xenctl: domain 'a' is SHUTTING_DOWN and did not become STOPPED or CRASHED or LOST"
                    + " or DESTROYED within 300ms\n"));
  }

  @Test
  void shouldListHosts() {
    assertThat(Invocation.at(cluster, "hosts").out())
        .isEqualTo(
            """
            NAME     STATE  ADDRESS         CPUS  MEMORY  ASSIGNED  DOMAINS  ENGINE    VERSION
            host-1   UP     127.0.0.1:7100     2   4 GiB   1.5 GiB        3  software  0.1.0
            host-22  LOST   -                  0     0 B       0 B        0  -         -
            """);
    assertThat(
            json(Invocation.at(cluster, "hosts", "-o", "json").out())
                .get(1)
                .at("/state")
                .asString())
        .isEqualTo("HOST_STATE_LOST");
  }

  @Test
  void shouldShowUsageInUnits() {
    assertThat(Invocation.at(cluster, "usage", "alpha").words())
        .containsExactly(
            List.of(
                "NAME",
                "HOST",
                "CPU",
                "STEAL",
                "INSTRUCTIONS",
                "MEMORY",
                "DISK READ",
                "DISK WRITTEN"),
            List.of(
                "alpha",
                "host-1",
                "1.235 s",
                "0.005 s",
                "987.7 M",
                "1.500 GiB s",
                "1.5 KiB",
                "0 B"));
    assertThat(
            json(Invocation.at(cluster, "usage", "-o", "json").out())
                .get(0)
                .at("/cpu_ns")
                .asString())
        .isEqualTo("1234567890");
    assertThat(Invocation.at(cluster, "usage", "ghost"))
        .isEqualTo(new Invocation(3, "", "xenctl: accounting has no usage of a domain 'ghost'\n"));
  }

  @Test
  void shouldWatchAsLines() {
    cluster.add("a", DomainState.DOMAIN_STATE_RUNNING);
    cluster.nextState = DomainState.DOMAIN_STATE_CRASHED;
    assertThat(Invocation.at(cluster, "watch").out())
        .isEqualTo(
            """
            2026-11-22T10:00:00Z  a is RUNNING on host-1
            2026-11-22T10:00:00Z  a is CRASHED on host-1: the kernel is not an Image
            """);
    assertThat(Invocation.at(cluster, "watch", "-o", "json").out().lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(json(line).has("snapshot")).isTrue());
  }

  @Test
  void shouldTellVersionsWithAndWithoutAManager() throws IOException {
    assertThat(Invocation.at(cluster, "version").out())
        .matches("xenctl \\d.*\ncluster manager 9.8.7 at .* \\(leader\\)\n");
    String nobody = unusedAddress();
    Invocation alone = Invocation.of(Map.of(), "version", "--manager", nobody, "-o", "json");
    assertThat(alone.status()).isZero();
    assertThat(json(alone.out()).at("/manager").isNull()).isTrue();
    assertThat(json(alone.out()).at("/client/version").asString()).matches("\\d.*");
  }

  @Test
  void shouldSayThatNobodyAnswers() throws IOException {
    String nobody = unusedAddress();
    assertThat(Invocation.of(Map.of(), "list", "--manager", nobody))
        .isEqualTo(
            new Invocation(
                4,
                "",
                "xenctl: cannot reach the cluster manager at "
                    + nobody
                    + ": connection refused\n"));
    assertThat(Invocation.of(Map.of(), "usage", "--accounting", nobody).err())
        .isEqualTo(
            "xenctl: cannot reach the accounting service at " + nobody + ": connection refused\n");
  }

  @Test
  void shouldSayThatTheWrongKindOfServerAnswers() throws IOException {
    try (ServerSocket web = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> {
        try (Socket client = web.accept()) {
          client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
          client.getInputStream().readAllBytes();
        } catch (IOException e) {
          // The client has closed the connection, which is all this waits for.
          return;
        }
      });
      String address = "127.0.0.1:" + web.getLocalPort();
      assertThat(Invocation.of(Map.of(), "list", "--manager", address))
          .isEqualTo(
              new Invocation(
                  4,
                  "",
                  "xenctl: cannot reach the cluster manager at "
                      + address
                      + ": what listens there does not speak gRPC\n"));
    }
  }

  @Test
  void shouldNotWaitLongerThanTheTimeLimit() {
    assertThat(Invocation.at(cluster, "show", "stuck", "--timeout", "200ms"))
        .isEqualTo(
            new Invocation(
                4,
                "",
                "xenctl: the cluster manager at "
                    + cluster.address()
                    + " did not answer within 200ms\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                      | no verb given; allowed are maintain, project, completion,
          lst                     | unknown verb 'lst'; allowed are maintain, project, completion,
          help lst                | unknown verb 'lst'; allowed are maintain, project, completion,
          list --all              | unknown option: '--all'; see xenctl list --help
          show                    | missing required parameter: 'DOMAIN'; see xenctl show --help
          list -o yaml            | invalid value for option '--output': 'yaml' is not a format; allowed are table, json
          list -o xml             | -o xml is for show only; allowed are table and json
          list --timeout 5        | invalid value for option '--timeout': '5' is not a duration;
          list --manager nowhere  | invalid value for option '--manager': 'nowhere' is not an address;
          console a --until [     | invalid value for option '--until': '[' is not a regular expression:
          completion fish         | no completion for 'fish'; allowed are bash and zsh
          create missing.xml      | cannot read missing.xml: no such file
          create a.xml --console --no-start | --console needs a domain that is started
          """)
  void shouldExplainWrongUsageInOneSentence(String commandLine, String sentence) {
    String[] arguments = commandLine.isBlank() ? new String[0] : commandLine.strip().split(" +");
    Invocation refused = Invocation.at(cluster, arguments);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).startsWith("xenctl: " + sentence.strip()).endsWith("\n");
    assertThat(refused.err().lines()).hasSize(1);
  }

  @Test
  void shouldRefuseABadAddressInTheEnvironment() {
    assertThat(Invocation.of(Map.of("XENOSERVER_MANAGER", "here"), "list").err())
        .startsWith("xenctl: XENOSERVER_MANAGER: 'here' is not an address;");
  }

  @Test
  void shouldDocumentEveryExitStatus() {
    Invocation help = Invocation.of(Map.of(), "--help");
    assertThat(help.status()).isZero();
    for (ExitStatus status : ExitStatus.values()) {
      assertThat(help.out()).containsPattern("(?m)^  " + status.code() + "   \\w");
    }
    assertThat(Invocation.of(Map.of(), "help", "create").out())
        .isEqualTo(Invocation.of(Map.of(), "create", "--help").out())
        .contains("--[no-]start");
  }

  @Test
  void shouldPrintACompletionScript() {
    assertThat(Invocation.of(Map.of(), "completion", "bash").out())
        .startsWith("#!/usr/bin/env bash")
        .contains("unpause");
  }

  private static String unusedAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
