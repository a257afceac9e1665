package org.xenoserver.integrationtests.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Faults at random from a seed, some at one time, each undone after a while. The same seed makes
 * the same plan; what a busy machine makes of it differs.
 *
 * <p>A node suffers one fault at a time. At most one ZooKeeper server does, but for the fault that
 * takes the majority away, which waits until all three are well and is undone within 12 s.
 */
final class Nemesis {
  /** What may befall. */
  enum Fault {
    /** A node's link is cut both ways. */
    CUT,
    /** A node is not heard. */
    CUT_OUTGOING,
    /** A node does not hear. */
    CUT_INCOMING,
    /** A node does not reach one other. */
    CUT_PAIR,
    /** SIGKILL, and a new process later. */
    KILL,
    /** SIGSTOP, and SIGCONT later. */
    SUSPEND,
    /** Two of the three ZooKeeper servers are stopped, killed or cut off. */
    MAJORITY_LOST
  }

  private static final int MOST_AT_ONCE = 3;

  private final FaultCluster cluster;
  private final Random random;
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private final List<Active> active = new ArrayList<>();
  private final List<Blow> blows = new ArrayList<>();

  /**
   * A fault that should have moved a host's domains.
   *
   * @param atNs on the clock of the guests
   * @param heldNs how long it lasted
   */
  record Blow(Fault fault, String host, long atNs, long heldNs) {}

  /** A fault until it is undone. */
  private record Active(Set<String> nodes, long untilNs, Undo undo) {}

  @FunctionalInterface
  private interface Undo {
    void run() throws IOException, InterruptedException;
  }

  Nemesis(FaultCluster cluster, long seed) {
    this.cluster = cluster;
    this.random = new Random(seed);
  }

  /** Injects faults for so long, then undoes all of them. */
  void rage(Duration duration) throws IOException, InterruptedException {
    long endNs = System.nanoTime() + duration.toNanos();
    long nextNs = System.nanoTime();
    try {
      while (System.nanoTime() < endNs) {
        undo(System.nanoTime());
        if (System.nanoTime() >= nextNs) {
          if (active.size() < MOST_AT_ONCE) {
            befall();
          }
          nextNs = System.nanoTime() + millis(1_000, 6_000);
        }
        sleepUntil(Math.min(endNs, Math.min(nextNs, firstUndoNs())));
      }
    } finally {
      undo(Long.MAX_VALUE);
    }
  }

  /** Time is what is waited for: the plan's next fault, or the next end of one. */
  private static void sleepUntil(long untilNs) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(untilNs - System.nanoTime());
  }

  private long firstUndoNs() {
    return active.stream().mapToLong(Active::untilNs).min().orElse(Long.MAX_VALUE);
  }

  /** What befell hosts and should have moved their domains, if it lasted. */
  List<Blow> blows() {
    return List.copyOf(blows);
  }

  /** How often each fault was injected. */
  Map<Fault, Integer> counts() {
    return Map.copyOf(counts);
  }

  private void undo(long nowNs) throws IOException, InterruptedException {
    for (Active fault : List.copyOf(active)) {
      if (fault.untilNs() <= nowNs) {
        active.remove(fault);
        fault.undo().run();
      }
    }
  }

  private void befall() throws IOException, InterruptedException {
    Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
    long untilNs = System.nanoTime() + millis(2_000, 20_000);
    if (fault == Fault.MAJORITY_LOST) {
      majorityLost(System.nanoTime() + millis(2_000, 12_000));
      return;
    }
    String node = pick();
    if (node == null) {
      return;
    }
    say(fault + " " + node);
    Set<String> nodes = Set.of(node);
    switch (fault) {
      case CUT, CUT_OUTGOING, CUT_INCOMING -> {
        if (fault != Fault.CUT_INCOMING) {
          cluster.network().cutOutgoing(node);
        }
        if (fault != Fault.CUT_OUTGOING) {
          cluster.network().cutIncoming(node);
        }
        add(fault, nodes, untilNs, () -> heal(node));
      }
      case CUT_PAIR -> {
        List<String> others = new ArrayList<>(all());
        others.remove(node);
        cluster.network().cut(node, others.get(random.nextInt(others.size())));
        add(fault, nodes, untilNs, () -> heal(node));
      }
      case KILL -> {
        cluster.kill(node);
        add(fault, nodes, untilNs, () -> restart(node));
      }
      case SUSPEND -> {
        cluster.suspend(node);
        add(fault, nodes, untilNs, () -> resume(node));
      }
      case MAJORITY_LOST -> throw new IllegalStateException();
    }
  }

  private void majorityLost(long untilNs) throws IOException, InterruptedException {
    if (active.stream().anyMatch(fault -> fault.nodes().stream().anyMatch(this::isZooKeeper))) {
      return;
    }
    List<String> two = new ArrayList<>(FaultCluster.ZOOKEEPERS);
    two.remove(random.nextInt(two.size()));
    int way = random.nextInt(3);
    say(Fault.MAJORITY_LOST + " " + two + " " + List.of("killed", "stopped", "cut off").get(way));
    for (String node : two) {
      switch (way) {
        case 0 -> cluster.kill(node);
        case 1 -> cluster.suspend(node);
        default -> {
          cluster.network().cutOutgoing(node);
          cluster.network().cutIncoming(node);
        }
      }
    }
    add(
        Fault.MAJORITY_LOST,
        Set.copyOf(two),
        untilNs,
        () -> {
          for (String node : two) {
            switch (way) {
              case 0 -> restart(node);
              case 1 -> resume(node);
              default -> heal(node);
            }
          }
        });
  }

  private void heal(String node) throws IOException, InterruptedException {
    say("healed " + node);
    cluster.network().heal(node);
  }

  private void restart(String node) throws IOException {
    say("restarted " + node);
    cluster.restart(node);
  }

  private void resume(String node) throws IOException, InterruptedException {
    say("resumed " + node);
    cluster.resume(node);
  }

  private void add(Fault fault, Set<String> nodes, long untilNs, Undo undo) {
    counts.merge(fault, 1, Integer::sum);
    long nowNs = System.nanoTime();
    active.add(new Active(nodes, untilNs, undo));
    for (String node : nodes) {
      if (FaultCluster.HOSTS.contains(node) && fault != Fault.CUT_PAIR) {
        blows.add(new Blow(fault, node, Executions.nowNs(), untilNs - nowNs));
      }
    }
  }

  /** A node that is well; null if the one drawn is not. */
  private @Nullable String pick() {
    String node = all().get(random.nextInt(all().size()));
    Set<String> suffering = new HashSet<>();
    active.forEach(fault -> suffering.addAll(fault.nodes()));
    boolean majorityAtRisk = isZooKeeper(node) && suffering.stream().anyMatch(this::isZooKeeper);
    return suffering.contains(node) || majorityAtRisk ? null : node;
  }

  private static List<String> all() {
    return Stream.of(FaultCluster.ZOOKEEPERS, FaultCluster.MANAGERS, FaultCluster.HOSTS)
        .flatMap(List::stream)
        .toList();
  }

  private boolean isZooKeeper(String node) {
    return FaultCluster.ZOOKEEPERS.contains(node);
  }

  private long millis(int least, int most) {
    return (least + random.nextInt(most - least)) * 1_000_000L;
  }

  private static void say(String what) {
    System.out.printf("%s %s%n", LocalTime.now(ZoneOffset.UTC), what);
  }
}
