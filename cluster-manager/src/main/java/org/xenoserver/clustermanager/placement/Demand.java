package org.xenoserver.clustermanager.placement;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a domain asks of the host it is placed on.
 *
 * @param domain the domain's name, unique in the cluster
 * @param resources what is promised to it; a resource of 0 is not looked at
 * @param priority a higher one may take the place of a lower one
 * @param labels what other domains' rules look at
 * @param machine the architecture demanded; empty for any
 * @param engine the execution engine demanded; empty for any
 * @param hosts the labels demanded of the host
 * @param onlyHosts names of the hosts allowed; empty for all
 * @param notHosts names of hosts that are not allowed
 * @param rules what it demands of where other domains are
 */
public record Demand(
    String domain,
    Resources resources,
    int priority,
    Map<String, String> labels,
    String machine,
    String engine,
    Selector hosts,
    Set<String> onlyHosts,
    Set<String> notHosts,
    List<DomainRule> rules) {

  public Demand {
    labels = Map.copyOf(labels);
    onlyHosts = Set.copyOf(onlyHosts);
    notHosts = Set.copyOf(notHosts);
    rules = List.copyOf(rules);
    if (domain.isEmpty()) {
      throw new IllegalArgumentException("a domain needs a name");
    }
    if (resources.vcpus() < 0 || resources.memoryBytes() < 0 || resources.diskBytes() < 0) {
      throw new IllegalArgumentException(
          "domain '%s' asks for a negative amount: %s".formatted(domain, resources.text()));
    }
  }

  /** A demand for resources alone. */
  public static Demand of(String domain, Resources resources) {
    return new Demand(
        domain, resources, 0, Map.of(), "", "", Selector.ANY, Set.of(), Set.of(), List.of());
  }

  /** The same for a domain of another name. */
  public Demand named(String changed) {
    return new Demand(
        changed, resources, priority, labels, machine, engine, hosts, onlyHosts, notHosts, rules);
  }

  public Demand withPriority(int changed) {
    return new Demand(
        domain, resources, changed, labels, machine, engine, hosts, onlyHosts, notHosts, rules);
  }

  public Demand withLabels(Map<String, String> changed) {
    return new Demand(
        domain, resources, priority, changed, machine, engine, hosts, onlyHosts, notHosts, rules);
  }

  public Demand withMachine(String changedMachine, String changedEngine) {
    return new Demand(
        domain,
        resources,
        priority,
        labels,
        changedMachine,
        changedEngine,
        hosts,
        onlyHosts,
        notHosts,
        rules);
  }

  public Demand onHosts(Selector changed) {
    return new Demand(
        domain, resources, priority, labels, machine, engine, changed, onlyHosts, notHosts, rules);
  }

  public Demand onlyOn(Set<String> changed) {
    return new Demand(
        domain, resources, priority, labels, machine, engine, hosts, changed, notHosts, rules);
  }

  public Demand notOn(Set<String> changed) {
    return new Demand(
        domain, resources, priority, labels, machine, engine, hosts, onlyHosts, changed, rules);
  }

  public Demand withRules(DomainRule... changed) {
    return new Demand(
        domain,
        resources,
        priority,
        labels,
        machine,
        engine,
        hosts,
        onlyHosts,
        notHosts,
        List.of(changed));
  }
}
