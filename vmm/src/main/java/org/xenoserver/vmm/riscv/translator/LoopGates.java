package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;

/**
 * Where loops are entered that can be entered at several blocks: an outer loop is one if there is
 * an entry at the head of the inner one, or after a call in it. The JVM's optimising compiler sees
 * a loop only if one block is on every way in; what else goes round it takes for code that is
 * executed once, and keeps its variables in memory.
 *
 * <p>So such a loop gets a <em>gate</em>: all ways in lead to it and are told apart there by a
 * number, and so do the jumps back to one of the blocks, the loop's header. What remains of the
 * loop without those jumps may hold further loops.
 */
final class LoopGates {
  /** A gate; {@code heads} are the blocks it leads to, the header first. */
  static final class Gate {
    final Label label = new Label();
    private final List<Integer> heads;
    private final Set<Integer> loop;

    private Gate(List<Integer> heads, Set<Integer> loop) {
      this.heads = heads;
      this.loop = loop;
    }

    List<Integer> heads() {
      return heads;
    }

    private int header() {
      return heads.getFirst();
    }
  }

  private final Set<Integer> entries;
  private final Map<Integer, Set<Integer>> successors = new HashMap<>();
  private final Map<Integer, Set<Integer>> predecessors = new HashMap<>();

  /** Outer ones before those within them. */
  private final List<Gate> gates = new ArrayList<>();

  private final Map<Integer, Integer> numbers = new HashMap<>();

  /**
   * Finds the loops.
   *
   * @param ways from each block that can be reached to those that may follow it
   */
  LoopGates(Collection<Integer> entries, Map<Integer, Set<Integer>> ways) {
    this.entries = new LinkedHashSet<>(entries);
    ways.forEach((from, next) -> {
      successors.put(from, new LinkedHashSet<>(next));
      next.forEach(to -> predecessors.computeIfAbsent(to, p -> new LinkedHashSet<>()).add(from));
    });
    this.entries.forEach(this::number);
    find(successors.keySet());
  }

  /** All of them. */
  List<Gate> all() {
    return gates;
  }

  /** The number that leads to a block through gates; that of an entry is its index. */
  int number(int place) {
    return numbers.computeIfAbsent(place, p -> numbers.size());
  }

  /** The gate on the way from one block of the region to another, if there is one. */
  @Nullable Gate between(int from, int to) {
    for (Gate gate : gates) {
      boolean comesIn = !gate.loop.contains(from);
      if (gate.heads.contains(to) && (comesIn || to == gate.header())) {
        return gate;
      }
    }
    return null;
  }

  /** The gate on the way into the region at an entry, if there is one. */
  @Nullable Gate into(int entry) {
    return firstFor(entry, 0);
  }

  /** The gate on the way from a gate to one of its blocks, if there is one. */
  @Nullable Gate between(Gate from, int to) {
    return firstFor(to, gates.indexOf(from) + 1);
  }

  private @Nullable Gate firstFor(int head, int from) {
    for (Gate gate : gates.subList(from, gates.size())) {
      if (gate.heads.contains(head)) {
        return gate;
      }
    }
    return null;
  }

  private void find(Set<Integer> within) {
    for (Set<Integer> loop : new StrongComponents(within, successors).cyclic()) {
      List<Integer> heads = new ArrayList<>(loop.stream().filter(p -> isHead(p, loop)).toList());
      heads.sort(
          Comparator.comparing((Integer head) -> !comesFromOutside(head, loop))
              .thenComparing(Comparator.naturalOrder()));
      if (heads.size() > 1) {
        gates.add(new Gate(List.copyOf(heads), loop));
        heads.forEach(this::number);
      }
      int header = heads.getFirst();
      loop.forEach(place -> successors.getOrDefault(place, Set.of()).remove(header));
      find(loop);
    }
  }

  private boolean isHead(int place, Set<Integer> loop) {
    return entries.contains(place) || comesFromOutside(place, loop);
  }

  private boolean comesFromOutside(int place, Set<Integer> loop) {
    return !loop.containsAll(predecessors.getOrDefault(place, Set.of()));
  }
}
