package org.xenoserver.clustermanager.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.LogSegment;
import org.xenoserver.proto.v1.Operation;

/** The log as it is stored: events by revision, and operations. Guarded by the view's lock. */
final class EventBook {
  private final TreeMap<Long, LogSegment> segments = new TreeMap<>();
  private final Map<String, Operation> operations = new LinkedHashMap<>();

  /** The segment that tells last of an operation. */
  private final Map<String, Long> lastTold = new HashMap<>();

  void put(long firstRevision, LogSegment segment) {
    segments.put(firstRevision, segment);
    for (Operation operation : segment.getOperationsList()) {
      if (lastTold.getOrDefault(operation.getId(), 0L) <= firstRevision) {
        operations.put(operation.getId(), operation);
        lastTold.put(operation.getId(), firstRevision);
      }
    }
  }

  void remove(long firstRevision) {
    LogSegment segment = segments.remove(firstRevision);
    if (segment == null) {
      return;
    }
    for (Operation operation : segment.getOperationsList()) {
      if (lastTold.getOrDefault(operation.getId(), 0L) == firstRevision) {
        operations.remove(operation.getId());
        lastTold.remove(operation.getId());
      }
    }
  }

  /** The first revisions of the segments there are. */
  List<Long> revisions() {
    return List.copyOf(segments.keySet());
  }

  /** The revision of the next event. */
  long next() {
    Map.Entry<Long, LogSegment> last = segments.lastEntry();
    return last == null ? 1 : last.getKey() + last.getValue().getEventsCount();
  }

  /**
   * The events from a revision on, without a gap; none if they are not known yet.
   *
   * @throws RpcFailure COMPACTED if that revision is no longer kept
   */
  List<Event> from(long revision) {
    List<Event> found = new ArrayList<>();
    if (segments.isEmpty()) {
      return found;
    }
    if (revision < segments.firstKey()) {
      throw RpcFailure.of(
          ErrorCode.COMPACTED,
          "revision %d is compacted; the oldest that is kept is %d"
              .formatted(revision, segments.firstKey()));
    }
    long expected = revision;
    Long start = segments.floorKey(revision);
    for (LogSegment segment : segments.tailMap(start, true).values()) {
      for (Event event : segment.getEventsList()) {
        if (event.getRevision() > expected) {
          return found;
        }
        if (event.getRevision() == expected) {
          found.add(event);
          expected++;
        }
      }
    }
    return found;
  }

  @Nullable Operation operation(String id) {
    return operations.get(id);
  }

  /** All operations, the one told of last at the end. */
  List<Operation> operations() {
    return new ArrayList<>(operations.values());
  }
}
