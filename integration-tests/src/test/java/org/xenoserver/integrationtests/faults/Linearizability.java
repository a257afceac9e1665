package org.xenoserver.integrationtests.faults;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xenoserver.integrationtests.faults.Operation.Answer;

/**
 * Whether a history of operations on one domain could have come from a cluster that does one thing
 * after the other, each between its request and its answer (Herlihy and Wing 1990; the search is
 * Wing and Gong's with the cache of Lowe 2017).
 *
 * <p>A domain is absent, present, or going: a destroy is accepted at once and carried out when its
 * host has let go, so that from then on until something shows that it is gone it may be either.
 */
final class Linearizability {
  private enum State {
    ABSENT,
    PRESENT,
    GOING
  }

  /** What was tried already: these operations done, and the domain in this state. */
  private record Configuration(BitSet done, State state) {}

  private final List<Operation> operations;
  private final Set<Configuration> tried = new HashSet<>();

  private Linearizability(List<Operation> operations) {
    this.operations = operations;
  }

  /** Judges a history that begins without the domain. */
  static boolean isLinearizable(List<Operation> history) {
    List<Operation> inOrder = new ArrayList<>(history);
    inOrder.sort(Comparator.comparingLong(Operation::startNs));
    return new Linearizability(inOrder).search();
  }

  /** A step of the search: what was done last, and where to go on if that leads nowhere. */
  private record Step(int operation, State before) {}

  private boolean search() {
    List<Step> steps = new ArrayList<>();
    BitSet done = new BitSet();
    State state = State.ABSENT;
    int next = 0;
    while (true) {
      if (isComplete(done)) {
        return true;
      }
      int chosen = -1;
      State after = state;
      long firstEndNs = firstEndNs(done);
      for (int i = next; i < operations.size(); i++) {
        Operation operation = operations.get(i);
        if (operation.startNs() > firstEndNs) {
          break; // Something undone was answered before this was asked.
        }
        if (done.get(i)) {
          continue;
        }
        State reached = apply(operation, state);
        if (reached != null) {
          BitSet then = (BitSet) done.clone();
          then.set(i);
          if (tried.add(new Configuration(then, reached))) {
            chosen = i;
            after = reached;
            break;
          }
        }
      }
      if (chosen >= 0) {
        steps.add(new Step(chosen, state));
        done.set(chosen);
        state = after;
        next = 0;
      } else if (steps.isEmpty()) {
        return false;
      } else {
        Step last = steps.removeLast();
        done.clear(last.operation());
        state = last.before();
        next = last.operation() + 1;
      }
    }
  }

  /** All that was answered is done; what was not may have never happened. */
  private boolean isComplete(BitSet done) {
    for (int i = 0; i < operations.size(); i++) {
      if (!done.get(i) && operations.get(i).answer() != null) {
        return false;
      }
    }
    return true;
  }

  private long firstEndNs(BitSet done) {
    long first = Long.MAX_VALUE;
    for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
      first = Math.min(first, operations.get(i).endNs());
    }
    return first;
  }

  /** The state after an operation was done and answered as it was; null if it could not be. */
  private static @Nullable State apply(Operation operation, State state) {
    Answer answer = operation.answer();
    if (answer == Answer.REFUSED) {
      return state;
    }
    return switch (operation.kind()) {
      case CREATE -> {
        if (answer == null || answer == Answer.OK) {
          // Unanswered where the domain is, it was refused without effect: not doing it is the
          // same.
          yield state == State.PRESENT ? null : State.PRESENT;
        }
        yield answer == Answer.ALREADY_EXISTS && state != State.ABSENT ? state : null;
      }
      case DESTROY -> {
        if (answer == null || answer == Answer.OK) {
          yield state == State.ABSENT ? null : State.GOING;
        }
        yield gone(answer, state);
      }
      case GET -> {
        if (answer == Answer.OK) {
          yield state == State.ABSENT ? null : state;
        }
        yield answer == null ? state : gone(answer, state);
      }
    };
  }

  private static @Nullable State gone(Answer answer, State state) {
    return answer == Answer.NOT_FOUND && state != State.PRESENT ? State.ABSENT : null;
  }
}
