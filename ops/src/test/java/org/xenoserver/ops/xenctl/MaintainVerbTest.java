package org.xenoserver.ops.xenctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.proto.v1.HostSchedule;
import org.xenoserver.proto.v1.HostState;
import tools.jackson.databind.json.JsonMapper;

/** The whole verb, with processes. */
@Timeout(60)
final class MaintainVerbTest {
  @TempDir Path folder = Path.of("");
  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    cluster.hosts.replaceBy("h1", "h2", "h3");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private Invocation maintain(String... arguments) {
    List<String> all = new ArrayList<>(List.of("maintain"));
    all.addAll(List.of(arguments));
    return Invocation.at(cluster, all.toArray(String[]::new));
  }

  @Test
  void shouldTakeOneHostAfterTheOtherAndShowWhatTheCommandSays() {
    cluster.hosts.keepLost();
    cluster.hosts.lose("h3");
    Invocation done =
        maintain("--", "sh", "-c", "echo to $XENOSERVER_ADDRESS; echo \"$@\"", "x", "--", "@a b");
    assertThat(done)
        .isEqualTo(
            new Invocation(
                0,
                """
                host h1 takes no more domains; 1 have to leave
                host h1 is empty
                h1: to h1.lan:7100
                h1: -- @a b
                host h1 takes domains again
                host h2 takes no more domains; 1 have to leave
                host h2 is empty
                h2: to h2.lan:7100
                h2: -- @a b
                host h2 takes domains again
                """,
                ""));
    assertThat(cluster.hosts.asked)
        .containsExactly("drain h1", "uncordon h1", "drain h2", "uncordon h2");
  }

  /** Each command waits for the other's file, which never comes if one host waits for the other. */
  @Test
  void shouldHaveTwoHostsAwayAtOnceIfToldTo() throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("both"),
            """
            #!/bin/sh
            : > "$1/$XENOSERVER_HOST"
            for i in $(seq 300); do
              [ -e "$1/h1" ] && [ -e "$1/h2" ] && exit 0
              sleep 0.1
            done
            exit 9
            """);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Invocation done =
        maintain("h1", "--at-once", "2", "h2", "--", script.toString(), folder.toString());
    assertThat(done.err()).isEmpty();
    assertThat(done.status()).isZero();
    assertThat(cluster.hosts.asked).doesNotContain("drain h3");
  }

  @Test
  void shouldStopAtACommandThatFailsAndLeaveThatHostDrained() {
    Invocation failed =
        maintain("--", "sh", "-c", "echo on $XENOSERVER_HOST >&2; [ $XENOSERVER_HOST != h2 ]");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out()).contains("h2: on h2\n").doesNotContain("h3");
    assertThat(failed.err())
        .isEqualTo(
            """
            xenctl: host h2 stays drained: its command ended with status 1
            xenctl: not begun: h3
            """);
    assertThat(cluster.hosts.asked).containsExactly("drain h1", "uncordon h1", "drain h2");
  }

  @Test
  void shouldLeaveOutHostsThatWereDrainedBefore() {
    cluster.hosts.change("h1", host -> host.setSchedule(HostSchedule.HOST_SCHEDULE_DRAINING));
    Invocation done = maintain("h1", "h3", "--", "true");
    assertThat(done.status()).isZero();
    assertThat(done.out()).startsWith("host h1 is left out: it was drained before\n");
    assertThat(cluster.hosts.asked).containsExactly("drain h3", "uncordon h3");
  }

  @Test
  void shouldGiveProgramsOneObjectPerHost() {
    cluster.hosts.replaceBy("h1", "h2", "h3", "h4");
    cluster.hosts.change("h1", host -> host.setSchedule(HostSchedule.HOST_SCHEDULE_DRAINING));
    Invocation failed =
        maintain("-o", "json", "--", "sh", "-c", "echo hello; [ $XENOSERVER_HOST = h2 ]");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out().lines().map(JsonMapper.shared()::readTree))
        .extracting(
            object -> object.at("/host").asString(), object -> object.at("/outcome").asString())
        .containsExactly(
            tuple("h1", "LEFT_OUT"),
            tuple("h2", "DONE"),
            tuple("h3", "FAILED"),
            tuple("h4", "NOT_BEGUN"));
    assertThat(failed.err().lines())
        .containsExactly(
            "h2: hello",
            "h3: hello",
            "{\"error\":{\"code\":\"REFUSED\",\"exit_status\":1,\"message\":"
                + "\"host h3 stays drained: its command ended with status 1\"}}",
            "{\"error\":{\"code\":\"REFUSED\",\"exit_status\":1,\"message\":"
                + "\"not begun: h4\"}}");
  }

  @Test
  void shouldNotWaitForWhatACommandLeavesRunning() {
    Invocation done = maintain("h1", "--", "sh", "-c", "echo begun; sleep 20 & exit 0");
    assertThat(done.status()).isZero();
    assertThat(done.out()).contains("h1: begun\n");
  }

  @Test
  void shouldDrainNothingIfOneOfTheHostsIsUnknown() {
    assertThat(maintain("h1", "h9", "--", "true"))
        .isEqualTo(new Invocation(3, "", "xenctl: there is no host 'h9'\n"));
    assertThat(cluster.hosts.asked).isEmpty();
  }

  @Test
  void shouldSayThatThereIsNoHostToMaintain() {
    cluster.hosts.replaceBy("h1");
    cluster.hosts.change("h1", host -> host.setState(HostState.HOST_STATE_LOST));
    assertThat(maintain("--", "true"))
        .isEqualTo(new Invocation(0, "there is no host to maintain\n", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          h1                            | no command given; it follows --
          h1 --                         | no command given; it follows --
          h1 --at-once 0 -- true        | --at-once is 0; it must be 1 or more
          h1 --leave-within 5 -- true   | invalid value for option '--leave-within': '5' is not a duration
          h1 --back-within 5 -- true    | invalid value for option '--back-within': '5' is not a duration
          h1 --all -- true              | unknown option: '--all'; see xenctl maintain --help
          h1 -- no-such-program-here    | there is no program 'no-such-program-here' to run
          """)
  void shouldExplainWrongUsageAndDrainNothing(String arguments, String sentence) {
    Invocation refused = maintain(arguments.strip().split(" +"));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).startsWith("xenctl: " + sentence.strip());
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(cluster.hosts.asked).isEmpty();
  }
}
