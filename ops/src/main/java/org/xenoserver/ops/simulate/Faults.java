package org.xenoserver.ops.simulate;

import java.util.ArrayList;
import java.util.List;

/** What goes wrong, at random. */
final class Faults {
  private final World world;
  private final VirtualTime time;
  private boolean over;

  Faults(World world) {
    this.world = world;
    this.time = world.time();
  }

  /** Begins. */
  void start() {
    time.after(
        time.betweenNs(200, 4_000),
        () -> {
          if (!over) {
            happen();
            start();
          }
        });
  }

  /** Ends all there is, and lets nothing more go wrong. */
  void end() {
    over = true;
    world.network().heal();
    world.ensemble().servers().forEach(world.ensemble()::restart);
    for (ManagerProcess manager : world.managers()) {
      manager.process().resume();
      manager.start();
    }
    for (SimulatedHost host : world.hosts()) {
      host.process().resume();
      host.start();
    }
    world.guests().changed();
    time.tell("", "no more faults");
  }

  private void happen() {
    switch (time.random().nextInt(12)) {
      case 0 -> crashManager();
      case 1, 2 -> crashHost();
      case 3 -> crashServer();
      case 4, 5 -> stop();
      case 6, 7 -> isolate();
      case 8 -> cutOne();
      case 9 -> slow();
      case 10 -> jump();
      default -> disturbGuest();
    }
  }

  private <T> T any(List<T> among) {
    return among.get(time.random().nextInt(among.size()));
  }

  private void crashManager() {
    ManagerProcess manager = any(world.managers());
    time.tell(manager.name(), "crashes");
    manager.crash();
    time.after(time.betweenNs(100, 8_000), manager::start);
  }

  private void crashHost() {
    SimulatedHost host = any(world.hosts());
    time.tell(host.name(), "crashes");
    host.crash();
    time.after(time.betweenNs(100, 15_000), host::start);
  }

  private void crashServer() {
    Ensemble.Server server = any(world.ensemble().servers());
    time.tell(server.name, "crashes");
    world.ensemble().crash(server);
    time.after(time.betweenNs(100, 8_000), () -> world.ensemble().restart(server));
  }

  private void stop() {
    SimulatedProcess process =
        time.chance(0.7) ? any(world.hosts()).process() : any(world.managers()).process();
    time.tell(process.name(), "is stopped");
    process.stop();
    time.after(
        time.betweenNs(50, 14_000),
        () -> {
          time.tell(process.name(), "goes on");
          process.resume();
          world.guests().changed();
        });
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    world.ensemble().servers().forEach(server -> names.add(server.name));
    world.managers().forEach(manager -> names.add(manager.name()));
    world.hosts().forEach(host -> names.add(host.name()));
    world.clients().forEach(client -> names.add(client.name()));
    return names;
  }

  private void isolate() {
    String name = time.chance(0.6) ? any(world.hosts()).name() : any(names());
    boolean out = time.chance(0.8);
    boolean in = !out || time.chance(0.8);
    time.tell(name, "is cut off" + (out && in ? "" : out ? " outwards" : " inwards"));
    for (String other : names()) {
      if (out) {
        world.network().cut(name, other);
      }
      if (in) {
        world.network().cut(other, name);
      }
    }
    heal(name);
  }

  private void heal(String name) {
    time.after(
        time.betweenNs(300, 14_000),
        () -> {
          time.tell("", "all links are whole, after " + name);
          world.network().heal();
        });
  }

  private void cutOne() {
    String from = any(names());
    String to = any(names());
    time.tell(from, "cannot reach " + to);
    world.network().cut(from, to);
    if (time.chance(0.5)) {
      world.network().cut(to, from);
    }
    heal(from);
  }

  private void slow() {
    String name = any(names());
    time.tell(name, "is slow");
    world.network().slow(name, time.betweenNs(20, 1_500));
    heal(name);
  }

  private void jump() {
    SimulatedProcess process =
        time.chance(0.5) ? any(world.hosts()).process() : any(world.managers()).process();
    time.tell(process.name(), "has another date");
    process.jump(time.betweenNs(-3_600_000, 3_600_000));
  }

  private void disturbGuest() {
    List<SimulatedDomain> domains = world.guests().all();
    if (!domains.isEmpty()) {
      SimulatedDomain domain = any(domains);
      if (time.chance(0.5)) {
        domain.crash();
      } else {
        domain.powerOff(time.chance(0.5) ? 0 : 1);
      }
    }
  }
}
