package org.xenoserver.clustermanager.placement.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.DomainRule;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostCondition;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.placement.Resources;
import org.xenoserver.clustermanager.placement.Scope;
import org.xenoserver.clustermanager.placement.Selector;

final class PlanTest {
  private static final long GIB = 1L << 30;
  private static final Policy SPREAD = new Policy.Spread();
  private final Fleet fleet = new Fleet();

  private void host(String name, int vcpus) {
    fleet.put(HostOffer.of(name, new Resources(vcpus, 64 * GIB, 0)));
  }

  private void domain(String name, int vcpus, String host) {
    fleet.place(Demand.of(name, new Resources(vcpus, GIB, 0)), host);
  }

  @Test
  void shouldMoveOrNameEveryDomainOfADrainedHost() {
    host("a", 16);
    host("b", 8);
    domain("big", 10, "a");
    domain("mid", 4, "a");
    domain("small", 1, "a");
    DrainPlan plan = DrainPlan.of(fleet, "a", SPREAD, 1);
    assertThat(plan.moves())
        .containsExactly(new Move("mid", "a", "b"), new Move("small", "a", "b"));
    assertThat(plan.stuck())
        .containsExactly(
            new Stuck(
                "big",
                "domain 'big' cannot be placed on any of 2 hosts: 1 by state (a is being drained),"
                    + " 1 by capacity (b has 3 of 8 vCPUs free, 10 asked for)"));
    assertThat(plan.text()).endsWith("2 of 3 domains can leave host a\n");
    assertThat(fleet.offer("a").orElseThrow().condition()).isEqualTo(HostCondition.UP);
    assertThat(fleet.hostOf("mid")).contains("a");
  }

  @Test
  void shouldLetADomainFollowTheOneItMustBeWith() {
    host("a", 16);
    host("b", 16);
    fleet.place(
        Demand.of("cache", new Resources(4, GIB, 0))
            .withPriority(9)
            .withRules(new DomainRule.Affinity(Selector.label("app", "db"), Scope.HOST)),
        "a");
    fleet.place(Demand.of("db", new Resources(1, GIB, 0)).withLabels(Map.of("app", "db")), "a");
    DrainPlan plan = DrainPlan.of(fleet, "a", SPREAD, 1);
    assertThat(plan.stuck()).isEmpty();
    assertThat(plan.moves()).containsExactly(new Move("db", "a", "b"), new Move("cache", "a", "b"));
  }

  @Test
  void shouldSayWhichHostCannotBeLost() {
    host("a", 8);
    host("b", 8);
    host("c", 4);
    domain("a1", 4, "a");
    domain("a2", 3, "a");
    domain("b1", 3, "b");
    domain("c1", 1, "c");
    LossReport report = LossReport.of(fleet, SPREAD, 1);
    assertThat(report.survivesAny()).isTrue();
    assertThat(report.text())
        .isEqualTo("the cluster can lose any one of its 3 hosts with domains\n");

    domain("b2", 3, "b");
    report = LossReport.of(fleet, SPREAD, 1);
    assertThat(report.hosts()).isEqualTo(3);
    assertThat(report.losses()).extracting(LossReport.Loss::host).containsExactly("a", "b");
    assertThat(report.losses().getFirst().stuck()).extracting(Stuck::domain).containsExactly("a1");
    assertThat(report.text())
        .contains("host a: 1 of 2 domains would find no place\n")
        .contains("1 by state (a is lost)");
    assertThat(fleet.domainsOn("a")).hasSize(2);
  }

  @Test
  void shouldNotCountOnACordonedHost() {
    host("a", 8);
    host("b", 8);
    domain("a1", 4, "a");
    fleet.setCondition("b", HostCondition.CORDONED);
    assertThat(LossReport.of(fleet, SPREAD, 1).losses())
        .extracting(LossReport.Loss::host)
        .containsExactly("a");
  }

  @Test
  void shouldEvenOutWithinTheBound() {
    host("a", 16);
    host("b", 16);
    host("c", 16);
    for (int i = 0; i < 12; i++) {
      domain("d" + i, 1, "a");
    }
    Rebalancing few = Rebalancing.of(fleet, SPREAD, 3, 1);
    assertThat(few.moves()).hasSize(3);
    assertThat(few.after()).isLessThan(few.before());
    Rebalancing all = Rebalancing.of(fleet, SPREAD, 100, 1);
    assertThat(all.moves()).hasSize(8).allMatch(move -> move.from().equals("a"));
    assertThat(all.after()).isZero();
    assertThat(fleet.domainsOn("a")).hasSize(12);
  }

  @Test
  void shouldEmptyHostsWhenPacking() {
    host("a", 16);
    host("b", 16);
    host("c", 16);
    domain("a1", 8, "a");
    domain("b1", 6, "b");
    domain("c1", 1, "c");
    domain("c2", 1, "c");
    Rebalancing proposal = Rebalancing.of(fleet, new Policy.Pack(), 3, 1);
    assertThat(proposal.before()).isEqualTo(3);
    assertThat(proposal.after()).isEqualTo(1);
    assertThat(proposal.moves()).extracting(Move::from).containsExactly("c", "c", "b");
    assertThat(Rebalancing.of(fleet, new Policy.Pack(), 1, 1).moves())
        .containsExactly(new Move("b1", "b", "a"));
  }
}
