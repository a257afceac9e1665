package org.xenoserver.clustermanager.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.clustermanager.placement.Explanation.Candidate;

/** The engine against the rules said plainly, over random histories; failures print the seed. */
final class PlacerPropertyTest {
  private static final int HISTORIES = 150;
  private static final int STEPS = 120;

  /** A history played to the engine and to the reference alike. */
  private static final class History {
    final RandomCluster cluster;
    final Fleet fleet = new Fleet();
    final BruteForce reference = new BruteForce();

    History(long seed, int hosts) {
      cluster = new RandomCluster(seed, hosts);
      for (int i = 0; i < hosts; i++) {
        put(cluster.host("h" + i));
      }
    }

    void put(HostOffer offer) {
      fleet.put(offer);
      reference.hosts.put(offer.name(), offer);
    }

    void place(Demand demand, String host) {
      fleet.place(demand, host);
      reference.place(demand, host);
    }

    void disturb() {
      Random random = cluster.random;
      List<String> placed = List.copyOf(reference.demands.keySet());
      if (!placed.isEmpty() && random.nextInt(3) == 0) {
        String domain = placed.get(random.nextInt(placed.size()));
        fleet.remove(domain);
        reference.remove(domain);
      }
      if (random.nextInt(6) == 0) {
        put(cluster.host(cluster.hostName()));
      }
      String host = cluster.hostName();
      if (random.nextInt(12) == 0
          && reference.hosts.containsKey(host)
          && reference.on(host).isEmpty()) {
        fleet.removeHost(host);
        reference.hosts.remove(host);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pack", "spread", "balance"})
  void shouldChooseTheBestOfTheHostsThatAllRulesAllow(String name) {
    Policy policy = Policy.named(name);
    for (long seed = 1; seed <= HISTORIES; seed++) {
      History history = new History(seed, 12);
      Placer placer = new Placer(history.fleet, policy, seed);
      for (int step = 0; step < STEPS; step++) {
        Demand demand = history.cluster.demand();
        List<String> feasible = history.reference.feasible(demand);
        Decision decision = placer.decide(demand);
        String where = "seed %d step %d: %s".formatted(seed, step, demand);
        if (feasible.isEmpty()) {
          assertThat(decision.host()).as(where).isEmpty();
        } else {
          assertThat(decision.host()).as(where).isPresent();
          assertThat(feasible).as(where).contains(decision.host().get());
          double best =
              feasible.stream()
                  .mapToDouble(host -> history.reference.score(demand, host, policy))
                  .max()
                  .orElseThrow();
          assertThat(decision.score()).as(where).isCloseTo(best, within(1e-9));
          history.place(demand, decision.host().get());
        }
        history.disturb();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pack", "spread", "balance"})
  void shouldFindAHostWheneverThereIsOneAmongMany(String name) {
    Policy policy = Policy.named(name);
    double lost = 0;
    int decisions = 0;
    for (long seed = 1; seed <= 3; seed++) {
      History history = new History(seed, 400);
      Placer placer = new Placer(history.fleet, policy, seed);
      for (int step = 0; step < 1500; step++) {
        Demand demand = history.cluster.demand();
        Decision decision = placer.decide(demand);
        String where = "seed %d step %d: %s".formatted(seed, step, demand);
        Explanation explanation = placer.explain(demand, decision.host());
        assertThat(decision.host().isPresent())
            .as(where)
            .isEqualTo(!explanation.candidates().isEmpty());
        if (decision.host().isPresent()) {
          assertThat(explanation.candidates())
              .as(where)
              .extracting(Candidate::host)
              .contains(decision.host().get());
          lost += explanation.candidates().getFirst().score() - decision.score();
          decisions++;
          history.place(demand, decision.host().get());
        }
        history.disturb();
      }
    }
    assertThat(lost / decisions).as("points lost on average to sampling").isLessThan(2.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1001, 2002, 3003})
  void shouldExplainEveryHostAsTheRulesSay(long first) {
    for (long seed = first; seed < first + HISTORIES / 3; seed++) {
      History history = new History(seed, 15);
      Placer placer = new Placer(history.fleet, new Policy.Spread(), seed);
      for (int step = 0; step < STEPS; step++) {
        Demand demand = history.cluster.demand();
        Explanation explanation = placer.explain(demand, Optional.empty());
        assertThat(explanation.candidates())
            .as("seed %d step %d: %s", seed, step, demand)
            .extracting(Candidate::host)
            .containsExactlyInAnyOrderElementsOf(history.reference.feasible(demand));
        assertThat(explanation.candidates().size() + explanation.rejections().size())
            .isEqualTo(history.fleet.hostCount());
        placer.decide(demand).host().ifPresent(host -> history.place(demand, host));
        history.disturb();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {501, 502, 503})
  void shouldFindTheCheapestVictims(long first) {
    int found = 0;
    for (long seed = first * 1000; seed < first * 1000 + 40; seed++) {
      History history = new History(seed, 6);
      Placer placer = new Placer(history.fleet, new Policy.Spread(), seed);
      for (int step = 0; step < STEPS; step++) {
        Demand demand = history.cluster.demand();
        Optional<String> host = placer.decide(demand).host();
        if (host.isPresent()) {
          history.place(demand, host.get());
        } else {
          BruteForce.Cost cheapest = history.reference.cheapestVictims(demand);
          Optional<Eviction> eviction = placer.preempt(demand);
          String where = "seed %d step %d: %s".formatted(seed, step, demand);
          assertThat(eviction.isPresent()).as(where).isEqualTo(cheapest != null);
          if (eviction.isPresent()) {
            List<Demand> victims =
                eviction.get().victims().stream().map(history.reference.demands::get).toList();
            assertThat(history.reference.suffice(demand, eviction.get().host(), victims))
                .as(where)
                .isTrue();
            assertThat(history.reference.cost(victims)).as(where).isEqualTo(cheapest);
            found++;
          }
        }
        history.disturb();
      }
    }
    assertThat(found).isGreaterThan(20);
  }
}
