package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.xenoserver.clustermanager.placement.Decision;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostOffer;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.placement.Resources;

/**
 * A cluster kept about as full as it was: for each domain that comes another leaves, and every
 * decision is carried out.
 */
final class PlacementSpeed {
  /** Share of the scarcest resource promised before measuring begins. */
  private static final double FILL = 0.7;

  private static final int BATCH = 256;

  private final PlacementWorkload workload;
  private final Fleet fleet = new Fleet();
  private final Placer placer;
  private final List<Demand> placed = new ArrayList<>();
  private final LongSupplier nanoTime;
  private Resources promisable = Resources.NONE;
  private Resources promised = Resources.NONE;
  private long unplaced;
  private long examined;

  /**
   * What was measured.
   *
   * @param decisions how many
   * @param unplaced for how many of them no host was found
   * @param seconds how long they took, with carrying them out and with those that left
   * @param examined hosts looked at one by one, on average
   * @param domains placed at the end
   */
  record Result(
      String policy,
      int hosts,
      long decisions,
      long unplaced,
      double seconds,
      double examined,
      int domains) {
    double perSecond() {
      return decisions / seconds;
    }

    double microseconds() {
      return seconds / decisions * 1e6;
    }
  }

  PlacementSpeed(int hosts, Policy policy, long seed, LongSupplier nanoTime) {
    this.workload = new PlacementWorkload(seed);
    this.placer = new Placer(fleet, policy, seed);
    this.nanoTime = nanoTime;
    for (HostOffer offer : workload.hosts(hosts)) {
      fleet.put(offer);
      promisable = promisable.plus(offer.promisable());
    }
    while (share(promised, promisable) < FILL) {
      come();
    }
  }

  /** The share of the scarcest resource. */
  static double share(Resources part, Resources whole) {
    return Math.max(
        (double) part.vcpus() / whole.vcpus(),
        Math.max(
            (double) part.memoryBytes() / whole.memoryBytes(),
            (double) part.diskBytes() / whole.diskBytes()));
  }

  private void come() {
    Demand demand = workload.next();
    Decision decision = placer.decide(demand);
    examined += decision.examined();
    if (decision.host().isEmpty()) {
      unplaced++;
      return;
    }
    fleet.place(demand, decision.host().get());
    promised = promised.plus(demand.resources());
    placed.add(demand);
  }

  private void leave() {
    int index = workload.any(placed.size());
    Demand demand = placed.get(index);
    placed.set(index, placed.getLast());
    placed.removeLast();
    promised = promised.minus(demand.resources());
    fleet.remove(demand.domain());
  }

  Fleet fleet() {
    return fleet;
  }

  /** Decides for so long. */
  Result run(double seconds) {
    long decisions = 0;
    unplaced = 0;
    examined = 0;
    long begin = nanoTime.getAsLong();
    long elapsed = 0;
    while (elapsed < seconds * 1e9) {
      for (int i = 0; i < BATCH; i++) {
        come();
        if (share(promised, promisable) > FILL) {
          leave();
        }
      }
      decisions += BATCH;
      elapsed = nanoTime.getAsLong() - begin;
    }
    return new Result(
        placer.policy().name(),
        fleet.hostCount(),
        decisions,
        unplaced,
        elapsed / 1e9,
        (double) examined / decisions,
        placed.size());
  }
}
