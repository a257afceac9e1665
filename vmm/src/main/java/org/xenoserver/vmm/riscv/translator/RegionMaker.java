package org.xenoserver.vmm.riscv.translator;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.TranslatedRegion.PlacedPage;
import org.xenoserver.vmm.riscv.translator.InstalledRegions.Made;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Place;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Request;

/**
 * Makes regions of what is asked for: chooses how far they reach and for which of the JVM's
 * compilers they are written, and has the JVM define them.
 */
final class RegionMaker {
  private static final int QUICK_INSTRUCTIONS = 250;
  private static final int OPTIMISED_INSTRUCTIONS = 240;
  private static final int CALL_DEPTH = 3;

  /** Instructions up to which the fast compiler has room for counters. */
  private static final int MOST_COUNTED = 180;

  private final boolean all;
  private final InstalledRegions regions;

  /** If all is translated: how the next region is written. */
  private boolean optimiseNext;

  /**
   * A region to be made.
   *
   * @param level of {@link HostCompiler}
   */
  record Job(Request request, RegionPlan plan, int level) {
    Place place() {
      return request.place();
    }

    @Nullable TranslatedRegion replaces() {
      return request.replaces();
    }
  }

  /**
   * Adds what it makes to regions.
   *
   * @param all whether code is translated that was never executed
   */
  RegionMaker(boolean all, InstalledRegions regions) {
    this.all = all;
    this.regions = regions;
  }

  /** How a request is served; null if no region can be made for it. */
  @Nullable Job plan(Request request) {
    return plan(request, QUICK_INSTRUCTIONS);
  }

  private @Nullable Job plan(Request request, int mostQuick) {
    TranslatedRegion replaced = request.replaces();
    Made made = replaced == null ? null : regions.get(replaced);
    int level = HostCompiler.QUICK;
    RegionPlanning planning = new RegionPlanning(mostQuick, 0, all, true, Map.of());
    if (replaced != null && made != null) {
      level = HostCompiler.COUNTING;
      planning =
          new RegionPlanning(
              OPTIMISED_INSTRUCTIONS,
              CALL_DEPTH,
              false,
              false,
              targets(replaced, made, request.code(), request.at()));
    }
    RegionPlan plan = RegionPlanner.plan(request.code(), request.at(), planning);
    if (plan == null) {
      return null;
    }
    if (level == HostCompiler.COUNTING && plan.size() > MOST_COUNTED) {
      level = HostCompiler.OPTIMISED;
    }
    return new Job(request, plan, level);
  }

  /** Where the region's indirect jumps went, as places of a region that begins at an address. */
  private static Map<Integer, Set<Integer>> targets(
      TranslatedRegion region, Made made, CodeView code, long at) {
    Map<Integer, Set<Integer>> targets = new HashMap<>();
    int shift = distance(region, code, at);
    for (int i = 0; i < made.recordedJumps.size(); i++) {
      Set<Integer> went = new LinkedHashSet<>();
      for (int j = 0; j < TranslatedRegion.TARGETS; j++) {
        long target = region.targets[i * TranslatedRegion.TARGETS + j];
        if (target != 0) {
          went.add((int) (target >> 1) - shift);
        }
      }
      targets.put(made.recordedJumps.get(i) - shift, went);
    }
    return targets;
  }

  /** Half words from page 0 of a region to the page of an address that is one of its places. */
  private static int distance(TranslatedRegion region, CodeView code, long at) {
    CodePage page = code.page(at);
    for (PlacedPage placed : region.pages()) {
      if (placed.page() == page) {
        return placed.distance() * CodePage.SLOTS;
      }
    }
    return 0;
  }

  /** The region, which cannot be entered yet; null if the JVM has no room for it in a method. */
  @Nullable TranslatedRegion define(Job job) {
    List<Integer> recorded = job.level == HostCompiler.QUICK ? indirectJumps(job.plan) : List.of();
    Map<Integer, Integer> indexes = new HashMap<>();
    recorded.forEach(jump -> indexes.put(jump, indexes.size()));
    byte[] classFile;
    try {
      classFile = RegionEmitter.emit(job.plan, indexes, isForTheOptimisingCompiler(job));
    } catch (ClassBytes.TooLong e) {
      return defineLess(job);
    }
    TranslatedRegion region = TranslatedRegion.define(classFile);
    region.targets = new long[recorded.size() * TranslatedRegion.TARGETS];
    region.setPages(job.plan.pages());
    regions.add(region, new Made(region, job.plan, job.level, recorded));
    return region;
  }

  /** If all is translated, every other region is, so that the code of both kinds is executed. */
  private boolean isForTheOptimisingCompiler(Job job) {
    if (all) {
      optimiseNext = !optimiseNext;
      return optimiseNext;
    }
    return job.level != HostCompiler.QUICK;
  }

  private static List<Integer> indirectJumps(RegionPlan plan) {
    return plan.blocks().stream()
        .map(RegionPlan.Block::last)
        .filter(RegionPlanner::isRecorded)
        .map(RegionPlan.Instruction::place)
        .toList();
  }

  /** Code for the fast compiler may be shorter; what is to be bettered stays as it is. */
  private @Nullable TranslatedRegion defineLess(Job tooLong) {
    if (tooLong.level != HostCompiler.QUICK || tooLong.plan.size() == 1) {
      return null;
    }
    Job less = plan(tooLong.request, tooLong.plan.size() / 2);
    return less == null ? null : define(less);
  }
}
