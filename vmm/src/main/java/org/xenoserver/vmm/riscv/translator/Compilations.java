package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.Interpretation;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.translator.RegionMaker.Job;

/** What the JVM was asked to compile and has not done yet. Owned by the translator's thread. */
final class Compilations {
  /** Compilations asked of the JVM at a time: what is asked for later may be wanted more. */
  private static final int MOST = 4;

  /** One at work for each of the JVM's threads, at most, and one that counts meanwhile. */
  private static final int MOST_OPTIMISING =
      Math.max(2, Runtime.getRuntime().availableProcessors());

  private final Listener listener;
  private final Deque<First> firsts = new ArrayDeque<>();

  /** Of regions that counted. */
  private final List<Second> seconds = new ArrayList<>();

  private HostCompiler.@Nullable Compilation interpreter;

  /** Hears what became of them. */
  interface Listener {
    /** A region has its first code. */
    void compiled(Job job, TranslatedRegion region);

    /** The JVM does not compile a region. */
    void failed(Job job, TranslatedRegion region);

    /** A region that counted has better code, or, if the JVM gave up, never will. */
    void optimised(TranslatedRegion region, boolean succeeded);
  }

  private record First(Job job, TranslatedRegion region, HostCompiler.Compilation compilation) {}

  private record Second(TranslatedRegion region, HostCompiler.Compilation compilation) {}

  Compilations(Listener listener) {
    this.listener = listener;
  }

  /** Compiles the interpreter: its quick code serves until its better code is there. */
  void compileInterpreter() {
    interpreter = HostCompiler.compile(Interpretation.method(), HostCompiler.QUICK);
  }

  /** Compiles a region before it is entered. */
  void compile(Job job, TranslatedRegion region) {
    firsts.add(new First(job, region, HostCompiler.compile(region.method(), job.level())));
  }

  /** Compiles a region that counted. */
  void optimise(TranslatedRegion region) {
    seconds.add(new Second(region, HostCompiler.compile(region.method(), HostCompiler.OPTIMISED)));
  }

  boolean isEmpty() {
    return firsts.isEmpty() && seconds.isEmpty() && interpreter == null;
  }

  /** Whether only what replaces a region is worth asking for more. */
  boolean areMany() {
    return firsts.size() >= MOST;
  }

  /** Whether another one by the optimising compiler would not begin before one of these ends. */
  boolean keepTheOptimisingCompilerBusy() {
    return seconds.size()
            + firsts.stream().filter(first -> first.job.level() != HostCompiler.QUICK).count()
        >= MOST_OPTIMISING;
  }

  /** Tells of those that are done. */
  void look() {
    lookAtInterpreter();
    lookAtSeconds();
    for (int i = firsts.size(); i > 0; i--) {
      lookAt(firsts.remove());
    }
  }

  private void lookAtInterpreter() {
    if (interpreter != null && interpreter.isDone()) {
      HostCompiler.compile(interpreter.method(), HostCompiler.OPTIMISED);
      interpreter = null;
    }
  }

  private void lookAtSeconds() {
    for (Iterator<Second> all = seconds.iterator(); all.hasNext(); ) {
      Second next = all.next();
      if (next.compilation.isDone()) {
        all.remove();
        listener.optimised(next.region, next.compilation.succeeded());
      }
    }
  }

  private void lookAt(First first) {
    if (!first.compilation.isDone()) {
      firsts.add(first);
    } else if (first.compilation.succeeded()) {
      listener.compiled(first.job, first.region);
    } else if (first.compilation.level() == HostCompiler.COUNTING) {
      // The fast compiler has less room; the optimising one does without counters then.
      firsts.add(
          new First(
              first.job,
              first.region,
              HostCompiler.compile(first.region.method(), HostCompiler.OPTIMISED)));
    } else {
      listener.failed(first.job, first.region);
    }
  }
}
