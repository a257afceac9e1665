package org.xenoserver.integrationtests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.xenoserver.integrationtests.faults.Operation.Answer;

/** Clients that create and destroy domains of a few names, and all they were told. */
final class Workload implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_PAUSE_MS = 3_000;

  private final ClusterClient client;
  private final List<String> names;
  private final Map<String, List<Operation>> histories = new ConcurrentHashMap<>();
  private final Map<UUID, String> created = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  /** Begins. */
  Workload(ClusterClient client, List<String> names, int clients, long seed) {
    this.client = client;
    this.names = names;
    names.forEach(name -> histories.put(name, Collections.synchronizedList(new ArrayList<>())));
    for (int i = 0; i < clients; i++) {
      Random random = new Random(seed + i);
      threads.add(Thread.ofVirtual().name("client-" + i).start(() -> work(random)));
    }
  }

  private void work(Random random) {
    try {
      while (!closed) {
        String name = names.get(random.nextInt(names.size()));
        // Two creates for each destroy, so that most names are in use.
        if (random.nextInt(3) > 0) {
          create(name);
        } else {
          record(name, client.destroy(name, PATIENCE));
        }
        Thread.sleep(random.nextInt(MOST_PAUSE_MS)); // Clients are not in a hurry.
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      failures.add(e);
    }
  }

  private void create(String name) throws IOException, InterruptedException {
    UUID uuid = UUID.randomUUID();
    created.put(uuid, name);
    record(name, client.create(name, uuid, PATIENCE));
  }

  private void record(String name, Operation operation) {
    history(name).add(operation);
  }

  private List<Operation> history(String name) {
    List<Operation> history = histories.get(name);
    if (history == null) {
      throw new IllegalArgumentException("no client uses " + name);
    }
    return history;
  }

  /** Waits for the last answers. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Looks at each name once more, after the last answers; what it finds ends the histories. */
  void lookAtTheEnd() throws InterruptedException {
    for (String name : names) {
      record(name, client.get(name, PATIENCE));
    }
  }

  /** Everything asked and answered, by name. */
  Map<String, List<Operation>> histories() {
    return new TreeMap<>(histories);
  }

  /** The name each UUID was created under, if it was. */
  Map<UUID, String> created() {
    return Map.copyOf(created);
  }

  /** Names whose histories no cluster could have that does one thing after the other. */
  List<String> violations() {
    List<String> violations = new ArrayList<>();
    failures.forEach(failure -> violations.add("a client failed: " + failure));
    histories()
        .forEach((name, history) -> {
          if (!Linearizability.isLinearizable(List.copyOf(history))) {
            violations.add("not linearizable: domain %s: %s".formatted(name, history));
          }
        });
    return violations;
  }

  /** How many requests got each answer. */
  Map<String, Integer> answers() {
    Map<String, Integer> answers = new TreeMap<>();
    for (List<Operation> history : histories.values()) {
      for (Operation operation : List.copyOf(history)) {
        Answer answer = operation.answer();
        answers.merge(
            operation.kind() + " " + (answer == null ? "unanswered" : answer), 1, Integer::sum);
      }
    }
    return answers;
  }
}
