package org.xenoserver.vmm.riscv.translator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.translator.LoopGates.Gate;

class LoopGatesTest {
  private static final int GRAPHS = 2_000;
  private static final Object OUTSIDE = "outside";

  @Test
  void shouldLeaveLoopsAloneThatHaveOneWayIn() {
    LoopGates gates = new LoopGates(List.of(0), Map.of(0, Set.of(1), 1, Set.of(1, 2), 2, Set.of()));
    assertThat(gates.all()).isEmpty();
  }

  @Test
  void shouldLeadToTheInnerLoopByTheOuterOnesGate() {
    // 0 -> outer head 1 -> inner head 2 -> 2 or 1 or 3, which can be entered at both heads.
    LoopGates gates =
        new LoopGates(
            List.of(0, 1, 2), Map.of(0, Set.of(1), 1, Set.of(2), 2, Set.of(2, 1, 3), 3, Set.of()));
    assertThat(gates.all()).hasSize(1);
    Gate gate = gates.all().getFirst();
    assertThat(gate.heads()).as("the header first").containsExactly(1, 2);
    assertThat(gates.into(2)).isSameAs(gate);
    assertThat(gates.between(0, 1)).isSameAs(gate);
    assertThat(gates.between(2, 1)).as("round the outer loop").isSameAs(gate);
    assertThat(gates.between(2, 2)).as("round the inner loop").isNull();
    assertThat(gates.between(1, 2)).as("on, within the outer loop").isNull();
    assertThat(gates.number(2)).as("of an entry").isEqualTo(2);
  }

  @Test
  void shouldMakeEveryGraphReducible() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("LoopGatesTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < GRAPHS; i++) {
      int blocks = 1 + random.nextInt(12);
      Map<Integer, Set<Integer>> ways = new TreeMap<>();
      for (int from = 0; from < blocks; from++) {
        Set<Integer> next = new LinkedHashSet<>();
        for (int k = random.nextInt(4); k > 0; k--) {
          next.add(random.nextInt(blocks));
        }
        ways.put(from, next);
        if (from > 0) {
          requireNonNull(ways.get(random.nextInt(from))).add(from);
        }
      }
      List<Integer> entries = new ArrayList<>(List.of(0));
      for (int block = 1; block < blocks; block++) {
        if (random.nextInt(3) == 0) {
          entries.add(block);
        }
      }
      Map<Object, Set<Object>> graph = withGates(entries, ways, new LoopGates(entries, ways));
      assertThat(isReducible(graph)).as("entries %s, ways %s", entries, ways).isTrue();
    }
  }

  /** What is left of the graph where control goes by gates; checks that each leads on. */
  private static Map<Object, Set<Object>> withGates(
      List<Integer> entries, Map<Integer, Set<Integer>> ways, LoopGates gates) {
    Map<Object, Set<Object>> graph = new HashMap<>();
    Set<Object> in = graph.computeIfAbsent(OUTSIDE, o -> new LinkedHashSet<>());
    entries.forEach(entry -> in.add(orElse(gates.into(entry), entry)));
    ways.forEach((from, next) -> {
      Set<Object> to = graph.computeIfAbsent(from, f -> new LinkedHashSet<>());
      next.forEach(block -> to.add(orElse(gates.between(from, block), block)));
    });
    for (Gate gate : gates.all()) {
      Set<Object> to = graph.computeIfAbsent(gate, g -> new LinkedHashSet<>());
      gate.heads().forEach(head -> to.add(orElse(gates.between(gate, head), head)));
    }
    return graph;
  }

  private static Object orElse(@Nullable Gate gate, Object otherwise) {
    return gate == null ? otherwise : gate;
  }

  /** By contracting it: a node with one predecessor becomes part of that (Hecht and Ullman). */
  private static boolean isReducible(Map<Object, Set<Object>> graph) {
    graph.keySet().retainAll(reached(graph));
    Optional<Object> single = Optional.of(OUTSIDE);
    while (single.isPresent()) {
      graph.forEach((node, next) -> next.remove(node));
      single = graph.keySet().stream().filter(node -> before(graph, node).size() == 1).findAny();
      single.ifPresent(node -> {
        Set<Object> into = after(graph, before(graph, node).getFirst());
        into.addAll(after(graph, node));
        into.remove(node);
        graph.remove(node);
      });
    }
    return graph.size() == 1;
  }

  private static Set<Object> reached(Map<Object, Set<Object>> graph) {
    Set<Object> reached = new LinkedHashSet<>(Set.of(OUTSIDE));
    List<Object> pending = new ArrayList<>(reached);
    while (!pending.isEmpty()) {
      for (Object next : after(graph, pending.removeLast())) {
        if (reached.add(next)) {
          pending.add(next);
        }
      }
    }
    return reached;
  }

  private static Set<Object> after(Map<Object, Set<Object>> graph, Object node) {
    return requireNonNull(graph.get(node));
  }

  private static List<Object> before(Map<Object, Set<Object>> graph, Object node) {
    return graph.keySet().stream().filter(from -> after(graph, from).contains(node)).toList();
  }
}
