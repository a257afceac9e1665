package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The strongly connected components of a graph of blocks (R. Tarjan, Depth-First Search and Linear
 * Graph Algorithms, 1972).
 */
final class StrongComponents {
  private final Set<Integer> within;
  private final Map<Integer, Set<Integer>> successors;
  private final Map<Integer, Integer> order = new HashMap<>();
  private final Map<Integer, Integer> lowest = new HashMap<>();
  private final Deque<Integer> open = new ArrayDeque<>();
  private final Set<Integer> isOpen = new HashSet<>();
  private final List<Set<Integer>> cyclic = new ArrayList<>();

  /**
   * Finds them.
   *
   * @param within the nodes; edges to others are left out
   */
  StrongComponents(Set<Integer> within, Map<Integer, Set<Integer>> successors) {
    this.within = within;
    this.successors = successors;
    for (int node : within) {
      if (!order.containsKey(node)) {
        visit(node);
      }
    }
  }

  /** Those in which one can go round. */
  List<Set<Integer>> cyclic() {
    return cyclic;
  }

  /** As deep as there are nodes: some hundred. */
  private void visit(int node) {
    order.put(node, order.size());
    lowest.put(node, order.get(node));
    open.push(node);
    isOpen.add(node);
    for (int next : successors.getOrDefault(node, Set.of())) {
      if (!within.contains(next)) {
        continue;
      }
      if (!order.containsKey(next)) {
        visit(next);
        lowest.merge(node, lowest.get(next), Math::min);
      } else if (isOpen.contains(next)) {
        lowest.merge(node, order.get(next), Math::min);
      }
    }
    if (lowest.get(node).equals(order.get(node))) {
      close(node);
    }
  }

  private void close(int root) {
    Set<Integer> component = new HashSet<>();
    int node;
    do {
      node = open.pop();
      isOpen.remove(node);
      component.add(node);
    } while (node != root);
    if (component.size() > 1 || successors.getOrDefault(root, Set.of()).contains(root)) {
      cyclic.add(component);
    }
  }
}
