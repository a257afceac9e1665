package org.xenoserver.ops.xenctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.v1.ReplayResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ReplayVerbTest {
  private static final ReplayResponse PACK =
      ReplayResponse.newBuilder()
          .setPolicy("pack")
          .setActualPolicy("spread")
          .setDecisions(5)
          .setSame(3)
          .setActual(outcome(4, 3, 0.25))
          .setOther(outcome(5, 2, 0.5))
          .addDifferences(difference("web", "h2", "h1"))
          .addDifferences(difference("database", "", "h1"))
          .build();

  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    cluster.replays.put("pack", PACK);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static ReplayResponse.Outcome outcome(int domains, int hosts, double share) {
    return ReplayResponse.Outcome.newBuilder()
        .setDomains(domains)
        .setHostsInUse(hosts)
        .setHighestShare(share)
        .build();
  }

  private static ReplayResponse.Difference difference(String domain, String actual, String other) {
    return ReplayResponse.Difference.newBuilder()
        .setDomain(domain)
        .setActualHost(actual)
        .setOtherHost(other)
        .build();
  }

  @Test
  void shouldSayWhatWouldHaveComeOfItAndThenWhichDecisionsDiffer() {
    assertThat(Invocation.at(cluster, "replay", "--policy", "pack"))
        .isEqualTo(
            new Invocation(
                0,
                """
                2 of 5 decisions would have been others under pack than under spread
                pack: 5 domains on 2 hosts, the fullest of which has promised 50.0 %
                spread: 4 domains on 3 hosts, the fullest of which has promised 25.0 %

                DOMAIN    WENT TO  WOULD GO TO
                web       h2       h1
                database  -        h1
                """,
                ""));
  }

  @Test
  void shouldGiveProgramsTheWholeAnswer() {
    JsonNode answer =
        JsonMapper.shared()
            .readTree(Invocation.at(cluster, "replay", "--policy", "pack", "-o", "json").out());
    assertThat(answer.at("/other/hosts_in_use").asInt()).isEqualTo(2);
    assertThat(answer.at("/differences/1/domain").asString()).isEqualTo("database");
    assertThat(answer.at("/differences/1/actual_host").asString()).isEmpty();
  }

  @Test
  void shouldShowNoTableWhereNothingDiffers() {
    cluster.replays.put("pack", PACK.toBuilder().setSame(5).clearDifferences().build());
    assertThat(Invocation.at(cluster, "replay", "--policy", "pack").out().lines())
        .hasSize(3)
        .first()
        .isEqualTo("0 of 5 decisions would have been others under pack than under spread");
  }

  @Test
  void shouldSayThatThereIsNothingToReplay() {
    cluster.replays.put("pack", ReplayResponse.newBuilder().setPolicy("pack").build());
    assertThat(Invocation.at(cluster, "replay", "--policy", "pack"))
        .isEqualTo(new Invocation(0, "the leader remembers no placement decision yet\n", ""));
  }

  @Test
  void shouldPassOnThatAPolicyIsRefused() {
    assertThat(Invocation.at(cluster, "replay", "--policy", "stack"))
        .isEqualTo(new Invocation(1, "", "xenctl: policy is 'stack'; it must be known\n"));
    assertThat(Invocation.at(cluster, "replay").err())
        .isEqualTo(
            "xenctl: missing required option: '--policy=POLICY'; see xenctl replay --help\n");
  }
}
