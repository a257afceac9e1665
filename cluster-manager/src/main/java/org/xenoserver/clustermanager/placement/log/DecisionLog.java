package org.xenoserver.clustermanager.placement.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xenoserver.clustermanager.placement.Decision;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Explanation;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.FleetChange;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Policy;

/**
 * A fleet whose changes and decisions are remembered, the latest so many of them. A decision's
 * entry is its demand and its host; the cluster it was made in is rebuilt from the changes when
 * somebody asks why, so that remembering costs nearly nothing.
 *
 * <p>Owned by one thread, like the fleet.
 */
public final class DecisionLog {
  private final Fleet fleet = new Fleet();
  private final Placer placer;
  private final long seed;
  private final int capacity;

  /** The fleet before the first entry. */
  private final Fleet base = new Fleet();

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  private sealed interface Entry {}

  private record Changed(FleetChange change) implements Entry {}

  private record Decided(Demand demand, Optional<String> host) implements Entry {}

  /**
   * Without hosts.
   *
   * @param capacity how many changes and decisions are remembered, 1 or more
   */
  public DecisionLog(Policy policy, long seed, int capacity) {
    this.placer = new Placer(fleet, policy, seed);
    this.seed = seed;
    this.capacity = capacity;
  }

  /** The cluster as it is. To be changed through {@link #apply} only. */
  public Fleet fleet() {
    return fleet;
  }

  public Placer placer() {
    return placer;
  }

  /**
   * Carries out a change, and remembers it.
   *
   * @throws IllegalArgumentException or IllegalStateException as {@link Fleet} does; the change is
   *     not remembered then
   */
  public void apply(FleetChange change) {
    fleet.apply(change);
    remember(new Changed(change));
  }

  /** Decides, and remembers what; the domain is placed by {@link #apply}. */
  public Decision decide(Demand demand) {
    Decision decision = placer.decide(demand);
    remember(new Decided(demand, decision.host()));
    return decision;
  }

  private void remember(Entry entry) {
    if (entries.size() == capacity && entries.removeFirst() instanceof Changed changed) {
      base.apply(changed.change());
    }
    entries.addLast(entry);
  }

  /**
   * Explains the last decision about a domain in the cluster as it was then.
   *
   * @return empty if none is remembered
   */
  public Optional<Explanation> why(String domain) {
    int position = 0;
    int last = -1;
    for (Entry entry : entries) {
      if (entry instanceof Decided decided && decided.demand().domain().equals(domain)) {
        last = position;
      }
      position++;
    }
    return last < 0 ? Optional.empty() : Optional.of(explain(last));
  }

  private Explanation explain(int position) {
    Fleet then = base.copy();
    Iterator<Entry> each = entries.iterator();
    for (int i = 0; i < position; i++) {
      if (each.next() instanceof Changed changed) {
        then.apply(changed.change());
      }
    }
    if (!(each.next() instanceof Decided wanted)) {
      throw new IllegalStateException("entry " + position + " is not a decision");
    }
    then.remove(wanted.demand().domain());
    return new Placer(then, placer.policy(), seed).explain(wanted.demand(), wanted.host());
  }

  /**
   * Goes through what is remembered once more, and decides by another policy. Domains go where it
   * says; what was changed otherwise happens as it did.
   */
  public Replay replay(Policy policy) {
    Fleet again = base.copy();
    Placer other = new Placer(again, policy, seed);
    List<Replay.Step> steps = new ArrayList<>();
    Map<String, Replay.Step> open = new HashMap<>();
    for (Entry entry : entries) {
      switch (entry) {
        case Decided(Demand demand, Optional<String> host) -> {
          Replay.Step step = new Replay.Step(demand.domain(), host, other.decide(demand).host());
          steps.add(step);
          open.put(demand.domain(), step);
        }
        case Changed(FleetChange.DomainPlaced placed) -> {
          Replay.Step step = open.remove(placed.demand().domain());
          if (step != null && step.actual().filter(placed.host()::equals).isPresent()) {
            step.other().ifPresent(host -> again.place(placed.demand(), host));
          } else {
            again.apply(placed);
          }
        }
        case Changed(FleetChange change) -> repeat(change, again);
      }
    }
    return Replay.of(policy.name(), steps, fleet, again);
  }

  /** A host that went had no domains then; those the other policy put there go with it. */
  private static void repeat(FleetChange change, Fleet again) {
    if (change instanceof FleetChange.HostRemoved removed) {
      again.domainsOn(removed.host()).forEach(demand -> again.remove(demand.domain()));
    }
    again.apply(change);
  }
}
