package org.xenoserver.clustermanager.placement;

import java.util.Arrays;
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
  /** Failure domains sampled where rules leave only some. */
  private static final int AREAS = 8;

  /** Hosts scored where a sample found none and all are looked at. */
  private static final int ENOUGH = 32;

  /** Places with what a domain must be together with, up to which each is looked at. */
  private static final int PLACES = 64;

  /** Rows of hosts scored in all, and in a pool at least. */
  private static final int ROWS = Integer.getInteger("ROWS", 24);

  private static final int ROWS_OF_POOL = Integer.getInteger("RP", 2);

  private final Fleet fleet;
  private final Policy policy;
  private final SplittableRandom random;

  /**
   * Chooses for a fleet.
   *
   * @param seed decides which failure domains are sampled where rules leave many
   */
  public Placer(Fleet fleet, Policy policy, long seed) {
    this.fleet = fleet;
    this.policy = policy;
    this.random = new SplittableRandom(seed);
  }

  public Policy policy() {
    return policy;
  }

  /** Chooses a host; changes nothing. */
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

  private static void consider(@Nullable Host host, HostIndex.Match match, Search search) {
    if (host != null && host.pool != null && match.pools().contains(host.pool)) {
      search.consider(host.id);
    }
  }

  private void search(Constraints constraints, HostIndex.Match match, Search search) {
    Constraints.Condition together = constraints.narrowest();
    if (together != null && together.counts().size() <= PLACES) {
      for (int place : together.counts().places()) {
        if (together.depth() == 0) {
          consider(fleet.table().find(place), match, search);
        } else if (constraints.allowArea(together.depth(), place)) {
          sampleArea(match, together.depth(), place, search);
        }
      }
      if (search.best() < 0 && together.depth() > 0) {
        exhaustAreas(match, together.depth(), together.counts().places(), search);
      }
      return;
    }
    int enough = Math.max(ROWS_OF_POOL, ROWS / Math.max(1, match.pools().size()));
    for (int i = 0; i < match.pools().size(); i++) {
      Pool pool = match.pools().get(i);
      search.sample(pool, pool.all, enough);
    }
    int depth = constraints.areaDepth();
    int[] areas = null;
    if (depth > 0 && search.found() < 3 && search.refused() > 0) {
      areas = allowed(constraints, depth, match.areas(depth));
      sampleAreas(match, depth, areas, search);
    }
    if (search.best() >= 0 || (search.refused() == 0 && !search.cutShort())) {
      return;
    }
    if (areas != null) {
      exhaustAreas(match, depth, areas, search);
    } else {
      for (int i = 0; i < match.pools().size(); i++) {
        search.exhaust(match.pools().get(i).all, ENOUGH);
      }
    }
  }

  private static int[] allowed(Constraints constraints, int depth, int[] areas) {
    int[] allowed = new int[areas.length];
    int size = 0;
    for (int area : areas) {
      if (constraints.allowArea(depth, area)) {
        allowed[size++] = area;
      }
    }
    return Arrays.copyOf(allowed, size);
  }

  private void sampleAreas(HostIndex.Match match, int depth, int[] areas, Search search) {
    int first =
        areas.length <= AREAS || policy instanceof Policy.Pack ? 0 : random.nextInt(areas.length);
    int left = AREAS;
    for (int i = 0; i < areas.length && left > 0; i++) {
      int before = search.found();
      sampleArea(match, depth, areas[(first + i) % areas.length], search);
      if (search.found() > before) {
        left--;
      }
    }
  }

  private static void sampleArea(HostIndex.Match match, int depth, int area, Search search) {
    for (int i = 0; i < match.pools().size(); i++) {
      Pool pool = match.pools().get(i);
      Grid grid = pool.in(depth, area);
      if (grid != null) {
        search.sample(pool, grid, ROWS_OF_POOL);
      }
    }
  }

  private static void exhaustAreas(HostIndex.Match match, int depth, int[] areas, Search search) {
    for (int area : areas) {
      for (int i = 0; i < match.pools().size(); i++) {
        Grid grid = match.pools().get(i).in(depth, area);
        if (grid != null) {
          search.exhaust(grid, ENOUGH);
        }
      }
    }
  }
}
