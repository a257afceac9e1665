package org.xenoserver.clustermanager.control;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.LogSegment;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.OperationState;

/**
 * The log as the leader continues it: which segments there are, and the operations they tell of. An
 * operation is forgotten with the last segment that tells of it, unless it is still running.
 */
final class History {
  /** Segments given up with one commit at most, so that a lowered bound is reached in steps. */
  private static final int MOST_GIVEN_UP = 100;

  private final ControlSettings.Retention retention;
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private final Map<String, Operation> operations = new HashMap<>();

  /** The segment that tells last of an operation. */
  private final Map<String, Long> lastTold = new HashMap<>();

  private long events;
  private long nextRevision = 1;

  private record Segment(long firstRevision, int events, List<String> operations) {}

  History(ControlSettings.Retention retention) {
    this.retention = retention;
  }

  /** Takes in what is stored. */
  void load(Map<String, byte[]> nodes) {
    new TreeMap<>(nodes)
        .forEach((path, data) -> {
          try {
            loaded(LogSegment.parseFrom(data));
          } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(path + " in ZooKeeper is not a LogSegment", e);
          }
        });
  }

  /** Continues with a segment. */
  void add(LogSegment segment) {
    long first = segment.getEvents(0).getRevision();
    List<String> told = new ArrayList<>();
    for (Operation operation : segment.getOperationsList()) {
      // One that was put since is newer than what the segment on its way tells.
      operations.putIfAbsent(operation.getId(), operation);
      lastTold.put(operation.getId(), first);
      told.add(operation.getId());
    }
    segments.add(new Segment(first, segment.getEventsCount(), told));
    events += segment.getEventsCount();
    nextRevision = Math.max(nextRevision, first + segment.getEventsCount());
  }

  /** Takes in a segment that was stored before this term. */
  private void loaded(LogSegment segment) {
    segment.getOperationsList().forEach(this::put);
    add(segment);
  }

  /** The revision of the next event; counts it as taken. */
  long takeRevision() {
    return nextRevision++;
  }

  @Nullable Operation operation(String id) {
    return operations.get(id);
  }

  /** Notes an operation that is on its way to the log. */
  void put(Operation operation) {
    operations.put(operation.getId(), operation);
  }

  /** The operations that have not ended. */
  List<Operation> running() {
    return operations.values().stream()
        .filter(operation -> operation.getState() == OperationState.OPERATION_STATE_RUNNING)
        .sorted(Comparator.comparing(Operation::getId))
        .toList();
  }

  /**
   * Gives up the oldest segments where there are too many.
   *
   * @param batch is given the deletions, and running operations to be told of again
   */
  void compact(Batch batch) {
    for (int given = 0; given < MOST_GIVEN_UP && tooMuch(); given++) {
      Segment oldest = segments.removeFirst();
      events -= oldest.events();
      batch.remove(ZooKeeperLayout.logSegment(oldest.firstRevision()));
      for (String id : oldest.operations()) {
        Operation operation = operations.get(id);
        if (operation == null || lastTold.getOrDefault(id, 0L) != oldest.firstRevision()) {
          continue;
        }
        if (operation.getState() == OperationState.OPERATION_STATE_RUNNING) {
          batch.operations.putIfAbsent(id, operation);
        } else if (!batch.operations.containsKey(id)) {
          operations.remove(id);
          lastTold.remove(id);
        }
      }
    }
  }

  private boolean tooMuch() {
    return segments.size() > 1
        && (segments.size() >= retention.segments()
            || events - segments.getFirst().events() >= retention.events());
  }
}
