package org.xenoserver.clustermanager.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ExplanationTest {
  private static final long GIB = 1L << 30;
  private static final Resources HOST = new Resources(8, 16 * GIB, 100 * GIB);
  private static final Resources SMALL = new Resources(2, 4 * GIB, 0);

  private final Fleet fleet = new Fleet();
  private final Placer placer = new Placer(fleet, new Policy.Spread(), 1);

  @Test
  void shouldNameEachFilterThatRefusedAHost() {
    fleet.put(HostOffer.of("cordoned", HOST).with(HostCondition.CORDONED));
    fleet.put(HostOffer.of("x86", HOST).withMachine("x86-64", "kvm"));
    fleet.put(HostOffer.of("soft", HOST).withMachine("riscv64", "software"));
    fleet.put(kvm("hdd", Map.of("disk", "hdd"), "a"));
    fleet.put(kvm("banned", Map.of("disk", "ssd"), "a"));
    fleet.put(kvm("full", Map.of("disk", "ssd"), "b"));
    fleet.place(Demand.of("big", new Resources(7, GIB, 0)), "full");
    fleet.put(kvm("taken", Map.of("disk", "ssd"), "b"));
    fleet.place(Demand.of("web-1", SMALL).withLabels(Map.of("app", "web")), "taken");
    fleet.put(kvm("lonely", Map.of("disk", "ssd"), "c"));
    fleet.put(kvm("near-db", Map.of("disk", "ssd"), "d"));
    fleet.place(Demand.of("db", SMALL).withLabels(Map.of("app", "db")), "near-db");
    fleet.put(kvm("zoned", Map.of("disk", "ssd"), "b"));
    fleet.place(Demand.of("db-2", SMALL).withLabels(Map.of("app", "db")), "zoned");

    Demand demand =
        Demand.of("web-2", SMALL)
            .withLabels(Map.of("app", "web"))
            .withMachine("riscv64", "kvm")
            .onHosts(Selector.parse("disk=ssd"))
            .notOn(Set.of("banned"))
            .withRules(
                new DomainRule.AntiAffinity(Selector.label("app", "web"), Scope.HOST),
                new DomainRule.Affinity(Selector.label("app", "db"), Scope.HOST),
                new DomainRule.Spread(Selector.label("app", "web"), new Scope(1), 1));

    Explanation explanation = placer.explain(demand, placer.decide(demand).host());
    assertThat(explanation.chosen()).contains("near-db");
    assertThat(explanation.rejections())
        .extracting(rejection -> rejection.host() + " " + rejection.reason())
        .containsExactly(
            "banned is one of the hosts not allowed",
            "cordoned is cordoned",
            "full has 1 of 8 vCPUs free, 2 asked for",
            "hdd has disk=hdd, and disk=ssd is demanded",
            "lonely is without any app=db in host lonely",
            "soft has the engine software, and kvm is demanded",
            "taken is with 1 of app=web in host taken",
            "x86 has the machine x86-64, and riscv64 is demanded",
            "zoned is with 1 of app=web in failure domain b, where 0 would be even");
    assertThat(explanation.text(20))
        .startsWith(
            "domain 'web-2' goes to host near-db, the best of 1 candidates by policy spread;"
                + " 9 hosts were refused\nasked for 2 vCPUs, 4 GiB memory, 0 bytes disk, priority 0\n")
        .containsPattern(
            "near-db +50\\.00 +6 vCPUs, 12 GiB memory, 100 GiB disk, 1 domain {2}<- chosen")
        .containsPattern("full +capacity +has 1 of 8 vCPUs free, 2 asked for")
        .containsPattern("spread +1 +zoned is with");
  }

  @Test
  void shouldSayInOneSentenceWhyThereIsNoHost() {
    fleet.put(HostOffer.of("a", HOST).with(HostCondition.LOST));
    fleet.put(HostOffer.of("b", HOST));
    Demand demand = Demand.of("huge", new Resources(2, 64 * GIB, 200 * GIB));
    assertThat(placer.explain(demand, Optional.empty()).summary())
        .isEqualTo(
            "domain 'huge' cannot be placed on any of 2 hosts: 1 by state (a is lost), 1 by capacity"
                + " (b has 16 GiB of 16 GiB memory free, 64 GiB asked for; 100 GiB of 100 GiB disk"
                + " free, 200 GiB asked for)");
  }

  @Test
  void shouldSayThatADomainsOwnHostWouldRefuseItByNow() {
    fleet.put(HostOffer.of("a", HOST).with(HostCondition.CORDONED));
    fleet.put(HostOffer.of("b", HOST));
    fleet.put(HostOffer.of("c", HOST).with(HostCondition.LOST));
    assertThat(placer.explain(Demand.of("left", SMALL), Optional.of("a")).summary())
        .isEqualTo(
            "domain 'left' is on host a, which is cordoned; candidates by policy spread: 1, refused: 1");
    assertThat(placer.explain(Demand.of("left", SMALL), Optional.of("gone")).summary())
        .startsWith("domain 'left' is on host gone, which is not known any more;");
  }

  @Test
  void shouldKeepAwayFromADomainThatWantsToBeAlone() {
    fleet.put(HostOffer.of("a", HOST));
    fleet.place(
        Demand.of("hermit", SMALL).withRules(new DomainRule.AntiAffinity(Selector.ANY, Scope.HOST)),
        "a");
    Demand visitor = Demand.of("visitor", SMALL);
    assertThat(placer.decide(visitor).host()).isEmpty();
    assertThat(placer.explain(visitor, Optional.empty()).rejections())
        .extracting(Explanation.Rejection::reason)
        .containsExactly("is with 1 in host a that want to be apart from this one");
  }

  @Test
  void shouldPromiseMoreThanThereIsWhereOvercommitSaysSo() {
    fleet.put(HostOffer.of("a", HOST).with(new Overcommit(2, 1.5, 1)));
    assertThat(placer.decide(Demand.of("d", new Resources(16, 24 * GIB, 100 * GIB))).host())
        .contains("a");
    assertThat(placer.decide(Demand.of("d", new Resources(17, GIB, 0))).host()).isEmpty();
  }

  @Test
  void shouldKeepWhatIsPlacedWhenAHostChanges() {
    fleet.put(HostOffer.of("a", HOST));
    fleet.place(Demand.of("d", new Resources(6, 4 * GIB, 0)), "a");
    fleet.put(HostOffer.of("a", new Resources(4, 16 * GIB, 0)));
    assertThat(fleet.free("a")).isEqualTo(new Resources(-2, 12 * GIB, 0));
    assertThat(placer.decide(Demand.of("e", new Resources(1, GIB, 0))).host()).isEmpty();
    assertThatThrownBy(() -> fleet.removeHost("a"))
        .hasMessage("host a cannot be removed: 1 domains are placed on it");
  }

  @Test
  void shouldReadSelectorsAndNameTheTermItCannotRead() {
    assertThat(Selector.parse("disk=ssd|nvme, zone!=a,gpu,!old"))
        .hasToString("disk=nvme|ssd,zone!=a,gpu,!old");
    assertThat(Selector.parse("zone!=a").matches(Map.of())).isTrue();
    assertThatThrownBy(() -> Selector.parse("disk=ssd,=x"))
        .hasMessage(
            "the selector 'disk=ssd,=x' has the term '=x'; allowed are key=value, key=a|b,"
                + " key!=value, key and !key");
  }

  private static HostOffer kvm(String name, Map<String, String> labels, String zone) {
    return HostOffer.of(name, HOST)
        .withMachine("riscv64", "kvm")
        .withLabels(labels)
        .withFailureDomain(zone);
  }
}
