package org.xenoserver.clustermanager.placement.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostCondition;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.placement.Resources;

/**
 * A bounded list of moves that bring the cluster closer to what its policy wants: for {@code pack},
 * hosts emptied; otherwise, hosts evened out. Each move is allowed by all rules when its turn
 * comes.
 *
 * @param before the measure now: hosts with domains for {@code pack}, otherwise the standard
 *     deviation over hosts that are up of the share of what each has promised most of, 0 to 1
 * @param after the measure when all moves are made
 */
public record Rebalancing(List<Move> moves, double before, double after) {
  /** A move must lower the sum of squared shares by so much to be worth it. */
  private static final double WORTH = 1e-3;

  /**
   * Proposes moves; the fleet stays as it is.
   *
   * @param most how many moves at most, 0 or more
   */
  public static Rebalancing of(Fleet fleet, Policy policy, int most, long seed) {
    Fleet copy = fleet.copy();
    List<Move> moves = new ArrayList<>();
    boolean pack = policy instanceof Policy.Pack;
    double before = pack ? occupied(copy).size() : deviation(copy);
    if (pack) {
      emptyHosts(copy, most, seed, moves);
    } else {
      evenOut(copy, new Placer(copy, new Policy.Spread(), seed), most, moves);
    }
    double after = pack ? occupied(copy).size() : deviation(copy);
    return new Rebalancing(List.copyOf(moves), before, after);
  }

  private static void evenOut(Fleet fleet, Placer placer, int most, List<Move> moves) {
    Set<String> exhausted = new HashSet<>();
    while (moves.size() < most) {
      Optional<String> hottest =
          up(fleet).stream()
              .filter(host -> !exhausted.contains(host))
              .max(Comparator.comparingDouble(host -> share(fleet, host)));
      if (hottest.isEmpty()) {
        return;
      }
      Optional<Move> move = bestMove(fleet, placer, hottest.get());
      if (move.isEmpty()) {
        exhausted.add(hottest.get());
        continue;
      }
      fleet.place(fleet.demand(move.get().domain()).orElseThrow(), move.get().to());
      moves.add(move.get());
    }
  }

  /** The move away from a host that lowers the squares of the two hosts' shares most. */
  private static Optional<Move> bestMove(Fleet fleet, Placer placer, String from) {
    Move best = null;
    double bestGain = WORTH;
    double fromBefore = share(fleet, from);
    List<Demand> domains = new ArrayList<>(fleet.domainsOn(from));
    domains.sort(Comparator.comparing(Demand::domain));
    for (Demand domain : domains) {
      fleet.remove(domain.domain());
      Optional<String> to = placer.decide(domain).host().filter(host -> !host.equals(from));
      if (to.isPresent()) {
        double toBefore = share(fleet, to.get());
        double fromAfter = share(fleet, from);
        fleet.place(domain, to.get());
        double toAfter = share(fleet, to.get());
        double gain = square(fromBefore) + square(toBefore) - square(fromAfter) - square(toAfter);
        if (gain > bestGain) {
          bestGain = gain;
          best = new Move(domain.domain(), from, to.get());
        }
      }
      fleet.place(domain, from);
    }
    return Optional.ofNullable(best);
  }

  private static void emptyHosts(Fleet fleet, int most, long seed, List<Move> moves) {
    List<String> emptiest = new ArrayList<>(occupied(fleet));
    emptiest.sort(Comparator.comparingDouble(host -> share(fleet, host)));
    Placer placer = new Placer(fleet, new Policy.Pack(), seed);
    for (String host : emptiest) {
      List<Demand> domains = fleet.domainsOn(host);
      HostOffer offer = fleet.offer(host).orElseThrow();
      if (domains.isEmpty()
          || domains.size() > most - moves.size()
          || offer.condition() != HostCondition.UP) {
        continue;
      }
      fleet.put(offer.with(HostCondition.CORDONED));
      int occupied = occupied(fleet).size();
      Rehoming rehoming = new Rehoming(fleet, placer);
      rehoming.empty(host, true);
      if (rehoming.stuck().isEmpty() && occupied(fleet).size() < occupied) {
        moves.addAll(rehoming.moves());
      } else {
        domains.forEach(domain -> fleet.place(domain, host));
      }
      fleet.put(offer);
    }
  }

  private static List<String> occupied(Fleet fleet) {
    return fleet.hosts().stream()
        .map(HostOffer::name)
        .filter(host -> !fleet.domainsOn(host).isEmpty())
        .toList();
  }

  private static List<String> up(Fleet fleet) {
    return fleet.hosts().stream()
        .filter(offer -> offer.condition() == HostCondition.UP)
        .map(HostOffer::name)
        .toList();
  }

  private static double deviation(Fleet fleet) {
    double[] shares = up(fleet).stream().mapToDouble(host -> share(fleet, host)).toArray();
    double sum = 0;
    double squares = 0;
    for (double share : shares) {
      sum += share;
      squares += share * share;
    }
    int count = Math.max(1, shares.length);
    return Math.sqrt(Math.max(0, squares / count - square(sum / count)));
  }

  private static double share(Fleet fleet, String host) {
    Resources whole = fleet.offer(host).orElseThrow().promisable();
    return Rehoming.share(whole.minus(fleet.free(host)), whole);
  }

  private static double square(double value) {
    return value * value;
  }
}
