package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.affinity.QuietProcessor;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.Interpretation;
import org.xenoserver.vmm.riscv.RegionEntry;
import org.xenoserver.vmm.riscv.RegionTranslator;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.TranslatedRegion.PlacedPage;
import org.xenoserver.vmm.riscv.translator.InstalledRegions.Made;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Place;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Request;

/** Translates for all harts of a host, on a thread of its own. */
public final class Translator implements RegionTranslator, AutoCloseable {
  private static final String THREAD_NAME = "xeno-translator";

  private static final Pattern MAKE_CODE =
      Pattern.compile(HostCompiler.THREAD_NAMES + "|" + THREAD_NAME);

  /** Visits to a place before it is translated. */
  private static final int VISITS = 7_500;

  private static final int QUICK_INSTRUCTIONS = 250;
  private static final int OPTIMISED_INSTRUCTIONS = 240;
  private static final int CALL_DEPTH = 3;

  /** Instructions up to which the fast compiler has room for counters. */
  private static final int MOST_COUNTED = 180;

  /**
   * Instructions a quick region executes before better code is made for it; entering it counts as
   * some.
   */
  private static final long EXECUTED_BEFORE_OPTIMISING = 30_000_000;

  /**
   * Instructions that the fast compiler's code with counters executes before it is optimised:
   * enough for the JVM to believe the counters, and few, since this is the slowest code of all.
   */
  private static final long COUNTED_BEFORE_OPTIMISING = 500_000;

  /** Compilations asked of the JVM at a time: what is asked for later may be wanted more. */
  private static final int MOST_COMPILING = 4;

  /** One at work for each of the JVM's threads, at most, and one that counts meanwhile. */
  private static final int MOST_OPTIMISING =
      Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final long POLL_MICROS = 1_000;

  private final TranslationMode mode;
  private final RequestQueue queue = new RequestQueue();

  /** Places whose code is being made. */
  private final Set<Place> underWay = ConcurrentHashMap.newKeySet();

  private final InstalledRegions regions = new InstalledRegions();
  private final Deque<Compiling> compiling = new ArrayDeque<>();
  private final HottestFirst<Job> waitingToBeOptimised = new HottestFirst<>();

  /** Regions that counted. */
  private final List<Optimising> optimising = new ArrayList<>();

  private final AtomicInteger evictions = new AtomicInteger();
  private final @Nullable Thread thread;
  private HostCompiler.@Nullable Compilation interpreter;

  /** If all is translated: how the next region is written. */
  private boolean optimiseNext;

  private record Job(Request request, RegionPlan plan, int level) {
    Place place() {
      return request.place();
    }

    @Nullable TranslatedRegion replaces() {
      return request.replaces();
    }
  }

  private record Compiling(
      Job job, TranslatedRegion region, HostCompiler.Compilation compilation) {}

  private record Optimising(TranslatedRegion region, HostCompiler.Compilation compilation) {}

  /** Starts its thread, where the mode needs one. */
  public Translator(TranslationMode mode) {
    this.mode = mode;
    HostUnsafe.load();
    if (mode == TranslationMode.AUTO) {
      interpreter = HostCompiler.compile(Interpretation.method(), HostCompiler.QUICK);
      thread = Thread.ofPlatform().daemon().name(THREAD_NAME).start(this::work);
    } else {
      thread = null;
    }
  }

  @Override
  public int visits() {
    return switch (mode) {
      case ALWAYS -> 0;
      case NEVER -> NEVER;
      case AUTO -> VISITS;
    };
  }

  @Override
  public int evictions() {
    return evictions.get();
  }

  // ---- asked by harts

  @Override
  public void translate(CodeView code, long at) {
    CodePage page = code.page(at);
    if (page == null) {
      return;
    }
    Place place = new Place(page, (int) (at & 0xfff) >>> 1);
    if (underWay.contains(place)) {
      return;
    }
    if (mode == TranslationMode.ALWAYS) {
      synchronized (this) {
        Job job = plan(new Request(place, at, code, null));
        if (job != null) {
          install(job, define(job));
        }
      }
    } else {
      queue.ask(place, at, code, null);
    }
  }

  @Override
  public void review(CodeView code, long at, TranslatedRegion region) {
    CodePage page = code.page(at);
    if (page == null) {
      return;
    }
    Place place = new Place(page, (int) (at & 0xfff) >>> 1);
    if (!isEntered(place, region)) {
      return;
    }
    Made made = regions.get(region);
    region.reviewAfter(EXECUTED_BEFORE_OPTIMISING);
    if (made == null || made.superseded || made.reviewed || made.stepsIn()) {
      return;
    }
    made.reviewed = true; // Before it is asked for: being put off, it is not.
    if (!queue.ask(place, at, code, region)) {
      made.reviewed = false;
    }
  }

  /** Whether there is nothing better by now. */
  private static boolean isEntered(Place place, TranslatedRegion region) {
    RegionEntry entry = place.page().entry(place.slot());
    return entry == null || entry.region().equals(region);
  }

  @Override
  public void machineBegins() {
    regions.reviewAfter(EXECUTED_BEFORE_OPTIMISING, HostCompiler.QUICK);
  }

  private @Nullable Job plan(Request request) {
    return plan(request, QUICK_INSTRUCTIONS);
  }

  private @Nullable Job plan(Request request, int mostQuick) {
    TranslatedRegion replaced = request.replaces();
    Made made = replaced == null ? null : regions.get(replaced);
    int level = HostCompiler.QUICK;
    RegionPlanning planning =
        new RegionPlanning(mostQuick, 0, mode == TranslationMode.ALWAYS, true, Map.of());
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
    if (plan != null && level == HostCompiler.COUNTING && plan.size() > MOST_COUNTED) {
      level = HostCompiler.OPTIMISED;
    }
    if (plan == null) {
      giveUp(request.place(), replaced);
      return null;
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

  // ---- the translator's thread

  private void work() {
    QuietProcessor.keepFreeOf(MAKE_CODE);
    try {
      while (true) {
        Request request = next();
        if (request != null && !isThere(request)) {
          make(request);
        }
        optimiseInterpreter();
        finishCompilations();
        optimiseHottest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The next request, or null after a while if compilations are to be looked at. While many are
   * under way, only what replaces a region is of interest.
   */
  private @Nullable Request next() throws InterruptedException {
    if (compiling.isEmpty() && optimising.isEmpty() && interpreter == null) {
      return queue.take();
    }
    if (compiling.size() >= MOST_COMPILING) {
      TimeUnit.MICROSECONDS.sleep(POLL_MICROS); // The JVM does not say when it is done.
      return queue.pollBetter();
    }
    return queue.poll(POLL_MICROS);
  }

  /** Whether a region made for another place serves a request by now. */
  private static boolean isThere(Request request) {
    return request.replaces() == null
        && request.place().page().entry(request.place().slot()) != null;
  }

  private void make(Request request) {
    TranslatedRegion replaced = request.replaces();
    Made made = replaced == null ? null : regions.get(replaced);
    if (replaced != null && made != null && made.level == HostCompiler.COUNTING) {
      optimising.add(
          new Optimising(
              replaced, HostCompiler.compile(replaced.method(), HostCompiler.OPTIMISED)));
      regions.stepAside(replaced); // Code that counts is the slowest of all.
      return;
    }
    if (!request.code().allowance().take()) {
      putOff(request);
      return;
    }
    Job job = plan(request);
    if (job == null) {
      return;
    }
    if (job.level == HostCompiler.QUICK || replaced == null) {
      begin(job);
    } else {
      waitingToBeOptimised.add(job, replaced);
    }
  }

  /** Has a place asked for again much later. */
  private void putOff(Request request) {
    giveUp(request.place(), request.replaces());
    Made made = request.replaces() == null ? null : regions.get(request.replaces());
    if (made != null) {
      made.reviewed = false;
    }
  }

  /** The interpreter's quick code serves until its better code is there. */
  private void optimiseInterpreter() {
    if (interpreter != null && interpreter.isDone()) {
      HostCompiler.compile(interpreter.method(), HostCompiler.OPTIMISED);
      interpreter = null;
    }
  }

  private void begin(Job job) {
    TranslatedRegion region = define(job);
    if (region != null) {
      compiling.add(new Compiling(job, region, HostCompiler.compile(region.method(), job.level)));
    }
  }

  private void finishCompilations() {
    finishOptimising();
    for (int i = compiling.size(); i > 0; i--) {
      Compiling oldest = compiling.remove();
      if (!oldest.compilation.isDone()) {
        compiling.add(oldest);
        continue;
      }
      if (!oldest.compilation.succeeded() && oldest.compilation.level() == HostCompiler.COUNTING) {
        // The fast compiler has less room; the optimising one does without counters then.
        compiling.add(
            new Compiling(
                oldest.job,
                oldest.region,
                HostCompiler.compile(oldest.compilation.method(), HostCompiler.OPTIMISED)));
        continue;
      }
      if (oldest.compilation.succeeded()) {
        install(oldest.job, oldest.region);
      } else {
        regions.forget(oldest.region);
        underWay.remove(oldest.job.place());
      }
    }
  }

  /** What the JVM does not optimise does not come back. */
  private void finishOptimising() {
    for (Iterator<Optimising> all = optimising.iterator(); all.hasNext(); ) {
      Optimising next = all.next();
      if (next.compilation.isDone()) {
        all.remove();
        if (next.compilation.succeeded()) {
          regions.comeBack(next.region);
        } else {
          regions.stayAside(next.region);
        }
      }
    }
  }

  private void optimiseHottest() {
    while (optimising() < MOST_OPTIMISING) {
      Job hottest = waitingToBeOptimised.poll();
      if (hottest == null) {
        return;
      }
      Made replaced = hottest.replaces() == null ? null : regions.get(hottest.replaces());
      if (replaced != null && !replaced.superseded) {
        begin(hottest);
      }
    }
  }

  private long optimising() {
    return optimising.size()
        + compiling.stream().filter(c -> c.job.level != HostCompiler.QUICK).count();
  }

  /** Has a place left alone for long that no region can be made for; what is there stays. */
  private void giveUp(Place place, @Nullable TranslatedRegion replaced) {
    if (replaced == null) {
      place.page().discourage(place.slot());
    }
    underWay.remove(place);
  }

  private @Nullable TranslatedRegion define(Job job) {
    underWay.add(job.place());
    List<Integer> recorded = job.level == HostCompiler.QUICK ? indirectJumps(job.plan) : List.of();
    Map<Integer, Integer> indexes = new HashMap<>();
    recorded.forEach(jump -> indexes.put(jump, indexes.size()));
    byte[] classFile;
    try {
      classFile =
          RegionEmitter.emit(
              job.plan,
              indexes,
              mode == TranslationMode.ALWAYS ? alternate() : job.level != HostCompiler.QUICK);
    } catch (ClassBytes.TooLong e) {
      return defineLess(job);
    }
    TranslatedRegion region = TranslatedRegion.define(classFile);
    region.targets = new long[recorded.size() * TranslatedRegion.TARGETS];
    region.setPages(job.plan.pages());
    regions.add(region, new Made(region, job.plan, job.level, recorded));
    return region;
  }

  /** Code for the fast compiler may be shorter; what is to be bettered stays as it is. */
  private @Nullable TranslatedRegion defineLess(Job tooLong) {
    if (tooLong.level == HostCompiler.QUICK && tooLong.plan.size() > 1) {
      Job less = plan(tooLong.request, tooLong.plan.size() / 2);
      return less == null ? null : define(less);
    }
    giveUp(tooLong.place(), tooLong.replaces());
    return null;
  }

  private boolean alternate() {
    optimiseNext = !optimiseNext;
    return optimiseNext;
  }

  private static List<Integer> indirectJumps(RegionPlan plan) {
    return plan.blocks().stream()
        .map(RegionPlan.Block::last)
        .filter(RegionPlanner::isRecorded)
        .map(RegionPlan.Instruction::place)
        .toList();
  }

  private void install(Job job, @Nullable TranslatedRegion region) {
    underWay.remove(job.place());
    if (region == null) {
      return;
    }
    if (job.level == HostCompiler.QUICK && mode == TranslationMode.AUTO) {
      region.reviewAfter(EXECUTED_BEFORE_OPTIMISING);
    } else if (job.level == HostCompiler.COUNTING) {
      region.reviewAfter(COUNTED_BEFORE_OPTIMISING);
    }
    Made replaced = job.replaces() == null ? null : regions.get(job.replaces());
    if (replaced != null) {
      replaced.superseded = true;
    }
    if (regions.install(region, job.place().slot())) {
      evictions.incrementAndGet();
    }
  }

  /** Ends the thread. No hart runs any more. */
  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
