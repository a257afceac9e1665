package org.xenoserver.ops.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All domains of all hosts, and the shared disks they write to. Checks what must never be. */
final class Guests {
  private final VirtualTime time;
  private final boolean epochs;
  private final List<SimulatedDomain> domains = new ArrayList<>();
  private final Map<UUID, Long> newestEpochs = new HashMap<>();
  private boolean changed;

  Guests(VirtualTime time, boolean epochs) {
    this.time = time;
    this.epochs = epochs;
  }

  void add(SimulatedDomain domain) {
    domains.add(domain);
  }

  void remove(SimulatedDomain domain) {
    domains.remove(domain);
  }

  List<SimulatedDomain> all() {
    return List.copyOf(domains);
  }

  /** Something happened after which a domain may execute that did not before. */
  void changed() {
    changed = true;
  }

  /** No domain executes in two places at one moment. */
  void check() {
    if (!changed) {
      return;
    }
    changed = false;
    Map<UUID, SimulatedDomain> executing = new HashMap<>();
    for (SimulatedDomain domain : domains) {
      if (domain.executes()) {
        SimulatedDomain other = executing.put(domain.spec().uuid(), domain);
        if (other != null) {
          throw new Violation(
              "domain %s executes on %s (epoch %d) and on %s (epoch %d) at once"
                  .formatted(
                      domain.spec().name(),
                      other.host(),
                      other.epoch(),
                      domain.host(),
                      domain.epoch()));
        }
      }
    }
  }

  /** A write reaches the disk; an older owner's is refused. */
  void write(SimulatedDomain from) {
    UUID uuid = from.spec().uuid();
    long newest = newestEpochs.getOrDefault(uuid, 0L);
    if (from.epoch() < newest) {
      if (epochs) {
        time.tell(from.host(), "a late write of " + from.spec().name() + " is refused");
        return;
      }
      throw new Violation(
          "the disk of domain %s was written under epoch %d from %s after epoch %d had begun"
              .formatted(from.spec().name(), from.epoch(), from.host(), newest));
    }
    newestEpochs.put(uuid, from.epoch());
  }
}
