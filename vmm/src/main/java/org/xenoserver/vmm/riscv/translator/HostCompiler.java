package org.xenoserver.vmm.riscv.translator;

import java.lang.reflect.Executable;
import jdk.test.whitebox.WhiteBox;
import org.xenoserver.vmm.riscv.Interpretation;

/**
 * Has the JVM compile a region before its first run, so that no guest waits for the JVM to find out
 * by interpreting it. Where the launcher does not open the JVM's control of its compilers, the JVM
 * decides by itself.
 */
final class HostCompiler {
  /** The fast compiler's code, without counters. */
  static final int QUICK = 1;

  /** The optimising compiler's code. */
  static final int OPTIMISED = 4;

  /** The fast compiler's code with counters; what is optimised later goes by what they say. */
  static final int COUNTING = 3;

  /** A pattern of the names of the JVM's threads that compile, as the host's kernel keeps them. */
  static final String THREAD_NAMES = "C[12] CompilerThre";

  private static final boolean AVAILABLE = isAvailable();
  private static final int WHOLE_METHOD = -1;

  private HostCompiler() {}

  private static boolean isAvailable() {
    try {
      WhiteBox.INSTANCE.isMethodQueuedForCompilation0(Interpretation.method());
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  /** A compilation under way. */
  record Compilation(Executable method, int level) {
    /** Whether it is over: the code is there, or the JVM has given up. */
    boolean isDone() {
      return succeeded() || !WhiteBox.INSTANCE.isMethodQueuedForCompilation0(method);
    }

    /** Whether its code is there. */
    boolean succeeded() {
      return !AVAILABLE || WhiteBox.INSTANCE.getMethodCompilationLevel0(method, false) >= level;
    }
  }

  /** Asks for the compilation of a method; in vain while one is under way. */
  static Compilation compile(Executable method, int level) {
    if (AVAILABLE) {
      WhiteBox.INSTANCE.enqueueMethodForCompilation0(method, level, WHOLE_METHOD);
    }
    return new Compilation(method, level);
  }
}
