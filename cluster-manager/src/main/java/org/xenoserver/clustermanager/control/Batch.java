package org.xenoserver.clustermanager.control;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Operation;

/** Changes that are committed together: whole transactions, one after another. */
final class Batch {
  /** A batch of so many nodes or bytes takes no more transactions. */
  private static final int MOST_NODES = 1_000;

  private static final int MOST_BYTES = 384 << 10;

  /** By path; empty for a node to be deleted. */
  final Map<String, Optional<MessageLite>> changes = new LinkedHashMap<>();

  /**
   * Hosts that must hold no lease when this is committed, with the version their proof must have
   * then; -1 if there must be none.
   */
  final Map<String, Integer> guards = new TreeMap<>();

  final List<Event> events = new ArrayList<>();
  final Map<String, Operation> operations = new LinkedHashMap<>();
  final List<Runnable> committed = new ArrayList<>();
  private int bytes;

  void put(String path, MessageLite message) {
    changes.put(path, Optional.of(message));
    bytes += message.getSerializedSize();
  }

  void remove(String path) {
    changes.put(path, Optional.empty());
  }

  boolean isEmpty() {
    return changes.isEmpty() && events.isEmpty() && operations.isEmpty();
  }

  boolean isFull() {
    return changes.size() >= MOST_NODES || bytes >= MOST_BYTES;
  }
}
