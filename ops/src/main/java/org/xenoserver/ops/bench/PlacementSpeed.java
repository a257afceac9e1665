package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
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
  private final ProcessorTime time;
  private Resources promisable = Resources.NONE;
  private Resources promised = Resources.NONE;
  private long unplaced;
  private long examined;

  /** What processor time is read from, in nanoseconds. */
  interface ProcessorTime {
    /** Of the calling thread. */
    long threadNs();

    /** Of all threads, the collector's among them. */
    long processNs();
  }

  /**
   * What was measured.
   *
   * @param decisions how many
   * @param unplaced for how many of them no host was found
   * @param decisionUs a decision and carrying it out, in microseconds of its thread
   * @param wholeUs the same with another domain's leaving and with all of the process's other
   *     threads
   * @param examined hosts looked at one by one, on average
   * @param domains placed at the end
   * @param hostsInUse hosts with domains at the end
   * @param fillInUse the share of the scarcest resource of those that is promised
   * @param hostsBound the fewest hosts that have as much of each resource as is promised
   * @param averageShare of what hosts have promised most of, at the end
   * @param deviation the standard deviation of that share over hosts
   */
  record Result(
      String policy,
      int hosts,
      long decisions,
      long unplaced,
      double decisionUs,
      double wholeUs,
      double examined,
      int domains,
      int hostsInUse,
      double fillInUse,
      int hostsBound,
      double averageShare,
      double deviation) {
    /** With everything that the process does. */
    double perSecond() {
      return 1e6 / wholeUs;
    }
  }

  PlacementSpeed(int hosts, Policy policy, long seed, ProcessorTime time) {
    this.workload = new PlacementWorkload(seed);
    this.placer = new Placer(fleet, policy, seed);
    this.time = time;
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

  /** Decides for so many seconds of processor time. */
  Result run(double seconds) {
    long decisions = 0;
    unplaced = 0;
    examined = 0;
    long decisionNs = 0;
    long begin = time.processNs();
    long wholeNs = 0;
    while (wholeNs < seconds * 1e9) {
      long before = time.threadNs();
      for (int i = 0; i < BATCH; i++) {
        come();
      }
      decisionNs += time.threadNs() - before;
      while (share(promised, promisable) > FILL) {
        leave();
      }
      decisions += BATCH;
      wholeNs = time.processNs() - begin;
    }
    return result(decisions, decisionNs / 1e3 / decisions, wholeNs / 1e3 / decisions);
  }

  private Result result(long decisions, double decisionUs, double wholeUs) {
    int inUse = 0;
    Resources inUsePromisable = Resources.NONE;
    double sum = 0;
    double squares = 0;
    for (HostOffer offer : fleet.hosts()) {
      Resources whole = offer.promisable();
      Resources used = whole.minus(fleet.free(offer.name()));
      double share = share(used, whole);
      if (share > 0) {
        inUse++;
        inUsePromisable = inUsePromisable.plus(whole);
      }
      sum += share;
      squares += share * share;
    }
    int hosts = fleet.hostCount();
    double average = sum / hosts;
    return new Result(
        placer.policy().name(),
        hosts,
        decisions,
        unplaced,
        decisionUs,
        wholeUs,
        (double) examined / decisions,
        placed.size(),
        inUse,
        share(promised, inUsePromisable),
        hostsBound(),
        average,
        Math.sqrt(Math.max(0, squares / hosts - average * average)));
  }

  private int hostsBound() {
    return Math.max(
        hostsBound(Resources::vcpus),
        Math.max(hostsBound(Resources::memoryBytes), hostsBound(Resources::diskBytes)));
  }

  private int hostsBound(ToLongFunction<Resources> resource) {
    long[] sizes =
        fleet.hosts().stream()
            .mapToLong(offer -> resource.applyAsLong(offer.promisable()))
            .sorted()
            .toArray();
    long left = resource.applyAsLong(promised);
    int hosts = 0;
    while (left > 0) {
      left -= sizes[sizes.length - ++hosts];
    }
    return hosts;
  }
}
