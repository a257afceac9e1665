package org.xenoserver.clustermanager.placement;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Chooses hosts. The filters are exact: a host is never chosen against one, and one is found
 * whenever there is one. Which of the hosts that pass is the best is worked out over a sample, in
 * the order in which the policy likes them.
 *
 * <p>Same fleet, same policy, same seed and same calls give the same answers.
 */
public final class Placer {
  /** Rows of hosts scored in all, and of a grid at least. */
  private static final int ROWS = 24;

  private static final int ROWS_OF_GRID = 1;

  /** Sites sampled where rules leave only some. */
  private static final int SITES = 8;

  /** With fewer hosts found, the sites that rules leave are sampled. */
  private static final int FEW = 3;

  /** Hosts scored where a sample found none and all are looked at. */
  private static final int ENOUGH = 32;

  /** Hosts with what a domain must be together with, up to which each is looked at. */
  private static final int PLACES = 64;

  private final Fleet fleet;
  private final Policy policy;
  private final SplittableRandom random;

  /**
   * Chooses for a fleet.
   *
   * @param seed decides which sites are sampled where rules leave many
   */
  public Placer(Fleet fleet, Policy policy, long seed) {
    this.fleet = fleet;
    this.policy = policy;
    this.random = new SplittableRandom(seed);
  }

  public Policy policy() {
    return policy;
  }

  /** Chooses a host for a domain that is not placed, or was taken off before; changes nothing. */
  public Decision decide(Demand demand) {
    Constraints constraints = fleet.constraints(demand);
    HostIndex.Match match = fleet.match(demand);
    Search search = new Search(fleet.table(), demand, policy, constraints);
    if (demand.onlyHosts().isEmpty()) {
      search(constraints, match, search);
    } else {
      for (String name : new TreeSet<>(demand.onlyHosts())) {
        consider(fleet.find(name), match, search);
      }
    }
    int best = search.best();
    return best < 0
        ? new Decision(demand.domain(), Optional.empty(), 0, search.examined())
        : new Decision(
            demand.domain(),
            Optional.of(fleet.table().at(best).offer.name()),
            search.bestScore(),
            search.examined());
  }

  /**
   * Looks at every host, and says of each whether and why it could take a domain now.
   *
   * @param chosen the host that was chosen, if one was
   */
  public Explanation explain(Demand demand, Optional<String> chosen) {
    return new Explainer(fleet, demand).explain(policy, chosen);
  }

  /**
   * For a domain no host can take: the cheapest set of domains of lower priority to evict for it.
   * Changes nothing.
   *
   * @return empty if evicting does not help
   */
  public Optional<Eviction> preempt(Demand demand) {
    return new Preemption(fleet, demand).find();
  }

  private static void consider(@Nullable Host host, HostIndex.Match match, Search search) {
    if (host != null && HostIndex.has(match.pools(), host)) {
      search.consider(host.id);
    }
  }

  private void search(Constraints constraints, HostIndex.Match match, Search search) {
    SparseLongs only = constraints.onlyHosts();
    if (only != null && only.size() <= PLACES) {
      for (int id : only.indexes()) {
        consider(fleet.table().find(id), match, search);
      }
      return;
    }
    int[] sites = constraints.nameSites() ? allowed(constraints, match.sites()) : null;
    if (sites == null || sites.length > SITES) {
      samplePools(match, search);
    }
    if (search.found() < FEW && (sites != null || constraints.concernSites())) {
      sites = sites != null ? sites : allowed(constraints, match.sites());
      sampleSites(match, sites, search);
    }
    if (search.best() < 0 && (search.refused() > 0 || search.cutShort())) {
      exhaust(match, sites, search);
    }
  }

  private static void samplePools(HostIndex.Match match, Search search) {
    List<Pool> pools = match.pools();
    int rows = Math.max(ROWS_OF_GRID, ROWS / Math.max(1, pools.size()));
    for (int i = 0; i < pools.size(); i++) {
      search.sample(pools.get(i), pools.get(i).all, rows);
    }
  }

  private int[] allowed(Constraints constraints, int[] sites) {
    int[] allowed = new int[sites.length];
    int size = 0;
    for (int site : sites) {
      if (constraints.allow(fleet.areas().site(site))) {
        allowed[size++] = site;
      }
    }
    return Arrays.copyOf(allowed, size);
  }

  private void sampleSites(HostIndex.Match match, int[] sites, Search search) {
    int first =
        sites.length <= SITES || policy instanceof Policy.Pack ? 0 : random.nextInt(sites.length);
    int left = SITES;
    for (int i = 0; i < sites.length && left > 0; i++) {
      int before = search.found();
      int site = sites[(first + i) % sites.length];
      for (Pool pool : match.pools()) {
        Grid grid = pool.at(site);
        if (grid != null) {
          search.sample(pool, grid, ROWS_OF_GRID);
        }
      }
      if (search.found() > before) {
        left--;
      }
    }
  }

  private static void exhaust(HostIndex.Match match, int @Nullable [] sites, Search search) {
    for (Pool pool : match.pools()) {
      if (sites == null) {
        search.exhaust(pool.all, ENOUGH);
        continue;
      }
      for (int site : sites) {
        Grid grid = pool.at(site);
        if (grid != null) {
          search.exhaust(grid, ENOUGH);
        }
      }
    }
  }
}
