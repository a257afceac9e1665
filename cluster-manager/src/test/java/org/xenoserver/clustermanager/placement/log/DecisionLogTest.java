package org.xenoserver.clustermanager.placement.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xenoserver.clustermanager.placement.Decision;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Explanation;
import org.xenoserver.clustermanager.placement.FleetChange;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.placement.Resources;

final class DecisionLogTest {
  private static final long GIB = 1L << 30;

  private static DecisionLog log(Policy policy, int capacity, int hosts) {
    DecisionLog log = new DecisionLog(policy, 1, capacity);
    for (int i = 0; i < hosts; i++) {
      log.apply(new FleetChange.HostPut(HostOffer.of("h" + i, new Resources(16, 64 * GIB, 0))));
    }
    return log;
  }

  private static Decision place(DecisionLog log, String name, int vcpus) {
    Demand demand = Demand.of(name, new Resources(vcpus, GIB, 0));
    Decision decision = log.decide(demand);
    decision.host().ifPresent(host -> log.apply(new FleetChange.DomainPlaced(demand, host)));
    return decision;
  }

  @Test
  void shouldExplainADecisionInTheClusterOfThen() {
    DecisionLog log = log(new Policy.Spread(), 1000, 2);
    String first = place(log, "first", 8).host().orElseThrow();
    String second = place(log, "second", 4).host().orElseThrow();
    place(log, "third", 4);
    log.apply(new FleetChange.DomainRemoved("first"));

    Explanation why = log.why("second").orElseThrow();
    assertThat(why.chosen()).contains(second);
    assertThat(why.candidates())
        .extracting(Explanation.Candidate::host)
        .containsExactly(second, first);
    assertThat(why.candidates())
        .extracting(Explanation.Candidate::score)
        .containsExactly(75.0, 25.0);
    assertThat(log.why("unheard-of")).isEmpty();
  }

  @Test
  void shouldExplainFromWhatItStillRemembers() {
    DecisionLog log = log(new Policy.Pack(), 6, 3);
    place(log, "a", 4);
    place(log, "b", 4);
    place(log, "c", 4);
    place(log, "d", 4);
    assertThat(log.why("a")).isEmpty();
    Explanation why = log.why("d").orElseThrow();
    assertThat(why.candidates().getFirst().free().vcpus()).isEqualTo(4);
    assertThat(why.candidates().getFirst().domains()).isEqualTo(3);
  }

  @Test
  void shouldDecideTheSameWhenReplayedUnderTheSamePolicy() {
    for (Policy policy : Policy.ALL) {
      DecisionLog log = log(policy, 100_000, 60);
      churn(log, 7);
      Replay replay = log.replay(policy);
      assertThat(replay.same()).isEqualTo(replay.steps().size());
      assertThat(replay.other()).isEqualTo(replay.actual());
    }
  }

  @Test
  void shouldShowWhatAnotherPolicyWouldHaveDone() {
    DecisionLog log = log(new Policy.Spread(), 100_000, 60);
    churn(log, 7);
    Replay replay = log.replay(new Policy.Pack());
    assertThat(replay.actual().hostsInUse()).isEqualTo(60);
    assertThat(replay.other().hostsInUse()).isLessThan(50);
    assertThat(replay.other().domains()).isEqualTo(replay.actual().domains());
    assertThat(replay.same()).isLessThan(replay.steps().size());
  }

  private static void churn(DecisionLog log, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      place(log, "d" + i, 1 + random.nextInt(4));
      if (i > 200) {
        List<String> placed = List.of("d" + random.nextInt(i));
        placed.forEach(domain -> log.apply(new FleetChange.DomainRemoved(domain)));
      }
    }
  }
}
