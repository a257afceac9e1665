package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xenoserver.clustermanager.DomainLifeTest.assertRefused;
import static org.xenoserver.clustermanager.TestCluster.domain;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import org.xenoserver.proto.v1.ReplayRequest;
import org.xenoserver.proto.v1.ReplayResponse;

/** A leader that spread two domains over two hosts, asked about it through another manager. */
final class ReplayTest {
  private TestCluster cluster;
  private ClusterServiceBlockingStub leader;
  private ClusterServiceBlockingStub follower;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1", "h2");
    ClusterManager first = cluster.startManager();
    for (String name : new String[] {"a", "b"}) {
      cluster.domains(first).createDomain(domain(name).build());
    }
    leader = ClusterServiceGrpc.newBlockingStub(cluster.to(first));
    follower = ClusterServiceGrpc.newBlockingStub(cluster.to(cluster.startManager()));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static ReplayRequest under(String policy) {
    return ReplayRequest.newBuilder().setPolicy(policy).build();
  }

  @Test
  void shouldSayWhatPackWouldHaveDone() {
    ReplayResponse replay = follower.replayDecisions(under("pack"));
    assertThat(replay)
        .extracting(
            ReplayResponse::getPolicy,
            ReplayResponse::getActualPolicy,
            ReplayResponse::getDecisions,
            ReplayResponse::getSame)
        .containsExactly("pack", "spread", 2, 1);
    assertThat(replay.getActual())
        .isEqualTo(
            ReplayResponse.Outcome.newBuilder()
                .setDomains(2)
                .setHostsInUse(2)
                .setHighestShare(0.0625)
                .build());
    assertThat(replay.getOther())
        .isEqualTo(
            ReplayResponse.Outcome.newBuilder()
                .setDomains(2)
                .setHostsInUse(1)
                .setHighestShare(0.125)
                .build());
    assertThat(replay.getDifferencesList())
        .containsExactly(
            ReplayResponse.Difference.newBuilder()
                .setDomain("b")
                .setActualHost("h2")
                .setOtherHost("h1")
                .build());
  }

  @Test
  void shouldFindNoDifferenceUnderThePolicyThatDecided() {
    ReplayResponse replay = leader.replayDecisions(under("spread"));
    assertThat(replay.getSame()).isEqualTo(2);
    assertThat(replay.getDifferencesList()).isEmpty();
    assertThat(replay.getOther()).isEqualTo(replay.getActual());
  }

  @Test
  void shouldRefuseAPolicyThereIsNot() {
    assertRefused(
        () -> follower.replayDecisions(under("stack")),
        ErrorCode.INVALID,
        "policy is 'stack'; it must be pack, spread or balance");
    assertRefused(
        () -> leader.replayDecisions(under("")),
        ErrorCode.INVALID,
        "policy is ''; it must be pack, spread or balance");
  }
}
