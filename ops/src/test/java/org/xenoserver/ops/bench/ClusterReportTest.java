package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.xenoserver.ops.bench.CreateLoad.Answered;
import org.xenoserver.ops.bench.TransactionLog.LeaderCommit;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;

final class ClusterReportTest {
  private static final long MS = 1_000_000;
  private static final long FROM = -5_000 * MS;

  private static Answered answered(long sentMs, long answeredMs) {
    return new Answered("u", "h", FROM + sentMs * MS, FROM + answeredMs * MS);
  }

  @Test
  void shouldCountAnswersInTheSecondTheyCame() {
    List<Answered> answers =
        List.of(
            answered(-10, -1), // warm-up
            answered(-10, 0),
            answered(10, 999),
            answered(900, 1_000),
            answered(900, 1_999),
            answered(1_000, 2_500),
            answered(2_900, 3_000)); // too late

    ClusterReport.Throughput throughput = ClusterReport.Throughput.of(answers, FROM, 3);

    assertThat(throughput.perSecond()).containsExactly(2, 2, 1);
    assertThat(throughput.domains()).isEqualTo(5);
    assertThat(throughput.median()).isEqualTo(2);
    assertThat(throughput.slowestSecond()).isEqualTo(1);
    assertThat(throughput.mean()).isEqualTo(5 / 3.0);
  }

  @Test
  void shouldRankLatenciesOfTheWindowOnly() {
    List<Answered> answers = new ArrayList<>();
    answers.add(answered(-9_000, -1));
    for (int i = 1; i <= 100; i++) {
      answers.add(answered(500 - i, 500));
    }

    ClusterReport.Latency latency = ClusterReport.Latency.of(answers, FROM, 1);

    assertThat(latency).isEqualTo(new ClusterReport.Latency(50, 90, 99, 100));
    assertThat(ClusterReport.Latency.of(List.of(), FROM, 1))
        .isEqualTo(new ClusterReport.Latency(0, 0, 0, 0));
  }

  @Test
  void shouldLookAtCommitsThatCreatedDomains() {
    ClusterReport.Commits commits =
        ClusterReport.Commits.of(
            List.of(
                new LeaderCommit(1, 3, 1, 100),
                new LeaderCommit(2, 2, 0, 1_000_000),
                new LeaderCommit(3, 9, 4, 400),
                new LeaderCommit(4, 41, 20, 2_000)));

    assertThat(commits).isEqualTo(new ClusterReport.Commits(3, 4, 20, 9, 41, 400, 2_000));
  }

  private static byte[] record(String uuid, String host) {
    return DomainRecord.newBuilder()
        .setSpec(DomainSpec.newBuilder().setUuid(uuid))
        .setHost(host)
        .build()
        .toByteArray();
  }

  @Test
  void shouldFindNoProblemWhereAllIsStored() {
    StoredCluster stored =
        new StoredCluster(
            Map.of(ZooKeeperLayout.domain("u1"), record("u1", "h1")),
            Map.of(ZooKeeperLayout.assignment("h1", "u1"), record("u1", "h1")),
            Set.of(ZooKeeperLayout.status("h1", "u1")));

    assertThat(stored.compare(List.of(new Answered("u1", "h1", 0, 1)), 0).problems()).isEmpty();
  }

  @Test
  void shouldTellEveryWayInWhichWhatIsStoredDiffers() {
    StoredCluster stored =
        new StoredCluster(
            Map.of(
                ZooKeeperLayout.domain("u1"), record("u1", "h1"),
                ZooKeeperLayout.domain("u2"), record("u2", "h9"),
                ZooKeeperLayout.domain("u4"), record("u4", "h4"),
                ZooKeeperLayout.domain("u5"), record("u5", "h4")),
            Map.of(ZooKeeperLayout.assignment("h1", "u1"), record("u1", "h1")),
            Set.of(ZooKeeperLayout.status("h1", "u1")));
    List<Answered> acknowledged =
        List.of(
            new Answered("u1", "h1", 0, 1),
            new Answered("u1", "h1", 0, 1), // twice
            new Answered("u2", "h2", 0, 1), // elsewhere
            new Answered("u3", "h3", 0, 1)); // missing

    ClusterReport.Checks checks = stored.compare(acknowledged, 0);

    assertThat(checks).isEqualTo(new ClusterReport.Checks(4, 4, 1, 1, 2, 1, 1, 3, 2));
    assertThat(checks.problems()).hasSize(7).contains("1 acknowledged domains are not stored");
    assertThat(stored.compare(acknowledged, 1).surplus()).isZero();
  }
}
