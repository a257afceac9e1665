package org.xenoserver.vmm.riscv.translator;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.affinity.QuietProcessor;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.RegionEntry;
import org.xenoserver.vmm.riscv.RegionTranslator;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.translator.InstalledRegions.Made;
import org.xenoserver.vmm.riscv.translator.RegionMaker.Job;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Place;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Request;

/** Translates for all harts of a host, on a thread of its own. */
public final class Translator implements RegionTranslator, AutoCloseable {
  private static final String THREAD_NAME = "xeno-translator";

  private static final Pattern MAKE_CODE =
      Pattern.compile(HostCompiler.THREAD_NAMES + "|" + THREAD_NAME);

  /** Visits to a place before it is translated. */
  private static final int VISITS = 7_500;

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

  private static final long POLL_MICROS = 1_000;

  private final TranslationMode mode;
  private final RequestQueue queue = new RequestQueue();

  /** Places whose code is being made. */
  private final Set<Place> underWay = ConcurrentHashMap.newKeySet();

  private final InstalledRegions regions = new InstalledRegions();
  private final RegionMaker maker;
  private final Compilations compilations = new Compilations(new Compiled());
  private final HottestFirst<Job> waitingToBeOptimised = new HottestFirst<>();
  private final AtomicInteger evictions = new AtomicInteger();
  private final @Nullable Thread thread;

  /** Starts its thread, where the mode needs one. */
  public Translator(TranslationMode mode) {
    this.mode = mode;
    this.maker = new RegionMaker(mode == TranslationMode.ALWAYS, regions);
    HostUnsafe.load();
    if (mode == TranslationMode.AUTO) {
      compilations.compileInterpreter();
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
        underWay.add(place);
        Request request = new Request(place, at, code, null);
        Job job = maker.plan(request);
        TranslatedRegion region = job == null ? null : maker.define(job);
        if (job == null || region == null) {
          giveUp(request);
        } else {
          install(job, region);
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

  // ---- the translator's thread

  private void work() {
    QuietProcessor.keepFreeOf(MAKE_CODE);
    try {
      while (true) {
        Request request = next();
        if (request != null && !isThere(request)) {
          make(request);
        }
        compilations.look();
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
    if (compilations.isEmpty()) {
      return queue.take();
    }
    if (compilations.areMany()) {
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
      compilations.optimise(replaced);
      regions.stepAside(replaced); // Code that counts is the slowest of all.
      return;
    }
    if (!request.code().allowance().take()) {
      putOff(request);
      return;
    }
    Job job = maker.plan(request);
    if (job == null) {
      giveUp(request);
    } else if (job.level() == HostCompiler.QUICK || replaced == null) {
      begin(job);
    } else {
      waitingToBeOptimised.add(job, replaced);
    }
  }

  /** Has a place asked for again much later. */
  private void putOff(Request request) {
    giveUp(request);
    Made made = request.replaces() == null ? null : regions.get(request.replaces());
    if (made != null) {
      made.reviewed = false;
    }
  }

  private void begin(Job job) {
    underWay.add(job.place());
    TranslatedRegion region = maker.define(job);
    if (region == null) {
      giveUp(job.request());
    } else {
      compilations.compile(job, region);
    }
  }

  /** What becomes of regions the JVM compiles. */
  private final class Compiled implements Compilations.Listener {
    @Override
    public void compiled(Job job, TranslatedRegion region) {
      install(job, region);
    }

    @Override
    public void failed(Job job, TranslatedRegion region) {
      regions.forget(region);
      underWay.remove(job.place());
    }

    @Override
    public void optimised(TranslatedRegion region, boolean succeeded) {
      if (succeeded) {
        regions.comeBack(region);
      } else {
        regions.stayAside(region);
      }
    }
  }

  private void optimiseHottest() {
    while (!compilations.keepTheOptimisingCompilerBusy()) {
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

  /** Has a place left alone for long that no region can be made for; what is there stays. */
  private void giveUp(Request request) {
    if (request.replaces() == null) {
      request.place().page().discourage(request.place().slot());
    }
    underWay.remove(request.place());
  }

  private void install(Job job, TranslatedRegion region) {
    underWay.remove(job.place());
    if (job.level() == HostCompiler.QUICK && mode == TranslationMode.AUTO) {
      region.reviewAfter(EXECUTED_BEFORE_OPTIMISING);
    } else if (job.level() == HostCompiler.COUNTING) {
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
