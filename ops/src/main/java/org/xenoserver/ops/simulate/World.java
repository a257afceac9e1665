package org.xenoserver.ops.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Everything there is in one simulation. */
final class World {
  private static final double MOST_DRIFT = 0.02;

  private final VirtualTime time;
  private final Network network;
  private final Ensemble ensemble;
  private final Guests guests;
  private final StoredTruth truth = new StoredTruth();
  private final Set<Safeguard> without;
  private final List<ManagerProcess> managers = new ArrayList<>();
  private final List<SimulatedHost> hosts = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final Map<String, Double> rates = new HashMap<>();

  World(long seed, Set<Safeguard> without, Consumer<String> trace) {
    this.time = new VirtualTime(seed, trace);
    this.network = new Network(time);
    this.without = without;
    this.guests = new Guests(time, has(Safeguard.EPOCH));
    this.ensemble =
        new Ensemble(
            time,
            network,
            time.chance(0.8) ? 3 : 1,
            rate(),
            (transaction, changes) -> truth.committed(changes));
    int zones = 1 + time.random().nextInt(3);
    for (int i = 1; i <= 3 + time.random().nextInt(3); i++) {
      hosts.add(new SimulatedHost(this, "a" + i, "zone-" + i % zones));
    }
    for (int i = 1; i <= 2 + time.random().nextInt(2); i++) {
      managers.add(new ManagerProcess(this, "m" + i));
    }
    for (int i = 1; i <= 2; i++) {
      clients.add(new SimulatedClient(this, "c" + i));
    }
  }

  private double rate() {
    return 1 + (time.random().nextDouble() * 2 - 1) * MOST_DRIFT;
  }

  VirtualTime time() {
    return time;
  }

  Network network() {
    return network;
  }

  Ensemble ensemble() {
    return ensemble;
  }

  Guests guests() {
    return guests;
  }

  StoredTruth truth() {
    return truth;
  }

  boolean has(Safeguard safeguard) {
    return !without.contains(safeguard);
  }

  List<ManagerProcess> managers() {
    return managers;
  }

  List<SimulatedHost> hosts() {
    return hosts;
  }

  List<SimulatedClient> clients() {
    return clients;
  }

  SimulatedHost host(String name) {
    return hosts.stream().filter(host -> host.name().equals(name)).findFirst().orElseThrow();
  }

  /** A new process on a machine, whose clock it shares. */
  SimulatedProcess process(String name) {
    return new SimulatedProcess(time, name, rates.computeIfAbsent(name, key -> rate()));
  }

  SimulatedStore store(SimulatedProcess process, Duration timeout) {
    return new SimulatedStore(time, network, ensemble, process, timeout.toNanos());
  }
}
