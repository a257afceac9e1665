package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.placement.Resources;
import org.xenoserver.clustermanager.placement.plan.Move;
import org.xenoserver.clustermanager.placement.plan.Rebalancing;

/**
 * How many hosts packing uses for domains that come one after the other, beside the fewest that
 * could hold them; and how many after rebalancing has moved some.
 */
final class PackingQuality {
  private static final Resources SMALL_HOST =
      new Resources(16, 64 * PlacementWorkload.GIB, 500 * PlacementWorkload.GIB);

  private PackingQuality() {}

  /** What sizes domains have. */
  enum Sizes {
    /** Halves and doubles of each other, as clouds sell them. */
    STANDARD,
    /** Anything: 1 to 9 vCPUs, 1 to 30 GiB memory, up to 120 GiB disk, each by itself. */
    ODD;

    private Resources size(SplittableRandom random) {
      return switch (this) {
        case STANDARD -> PlacementWorkload.domainSize(random);
        case ODD ->
            new Resources(
                1 + random.nextInt(9),
                (1 + random.nextInt(30)) * PlacementWorkload.GIB,
                random.nextInt(121) * PlacementWorkload.GIB);
      };
    }
  }

  /**
   * Sums over cases.
   *
   * @param bound hosts that no packing can do without
   * @param exactCases in how many cases the bound is the optimum
   * @param used hosts used by domains as they came
   * @param rebalanced hosts used after rebalancing
   */
  record Result(
      Sizes sizes, int cases, int domains, long bound, int exactCases, long used, long rebalanced) {
    double overBound() {
      return (double) used / bound - 1;
    }

    double overBoundRebalanced() {
      return (double) rebalanced / bound - 1;
    }
  }

  /** Small cases, each solved to optimality or nearly. */
  static Result small(Sizes sizes, int cases, int domains, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long bound = 0;
    int exact = 0;
    long used = 0;
    long rebalanced = 0;
    for (int i = 0; i < cases; i++) {
      List<Resources> demanded = new ArrayList<>();
      Fleet fleet = new Fleet();
      for (int d = 0; d < domains; d++) {
        fleet.put(HostOffer.of("host-" + d, SMALL_HOST));
        demanded.add(sizes.size(random));
      }
      ExactPacking.Answer answer = ExactPacking.solve(SMALL_HOST, demanded);
      bound += answer.atLeast();
      exact += answer.exact() ? 1 : 0;
      pack(fleet, demanded, seed);
      used += hostsUsed(fleet);
      improve(fleet, domains, seed);
      rebalanced += hostsUsed(fleet);
    }
    return new Result(sizes, cases, domains, bound, exact, used, rebalanced);
  }

  /** One large case against the bound of volumes. */
  static Result large(Sizes sizes, int hosts, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Fleet fleet = new Fleet();
    for (int i = 0; i < hosts; i++) {
      fleet.put(HostOffer.of("host-" + i, SMALL_HOST));
    }
    List<Resources> demanded = new ArrayList<>();
    Resources sum = Resources.NONE;
    while (volume(sum) < hosts * 0.7) {
      demanded.add(sizes.size(random));
      sum = sum.plus(demanded.getLast());
    }
    pack(fleet, demanded, seed);
    long used = hostsUsed(fleet);
    return new Result(sizes, 1, demanded.size(), (long) Math.ceil(volume(sum)), 0, used, used);
  }

  private static double volume(Resources sum) {
    return PlacementSpeed.share(sum, SMALL_HOST);
  }

  private static void pack(Fleet fleet, List<Resources> demanded, long seed) {
    Placer placer = new Placer(fleet, new Policy.Pack(), seed);
    for (int i = 0; i < demanded.size(); i++) {
      Demand demand = Demand.of("d" + i, demanded.get(i));
      fleet.place(demand, placer.decide(demand).host().orElseThrow());
    }
  }

  private static void improve(Fleet fleet, int domains, long seed) {
    Rebalancing proposal = Rebalancing.of(fleet, new Policy.Pack(), domains, seed);
    for (Move move : proposal.moves()) {
      fleet.place(fleet.demand(move.domain()).orElseThrow(), move.to());
    }
  }

  private static long hostsUsed(Fleet fleet) {
    return fleet.hosts().stream().filter(offer -> !fleet.domainsOn(offer.name()).isEmpty()).count();
  }
}
