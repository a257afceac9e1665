package jdk.test.whitebox;

import java.lang.reflect.Executable;

/**
 * The JVM's own interface to its compilers, by the name and the signatures under which it looks for
 * it. It works when loaded by the boot loader of a JVM started with {@code -XX:+WhiteBoxAPI}.
 */
public final class WhiteBox {
  static {
    registerNatives();
  }

  /** The one instance. */
  public static final WhiteBox INSTANCE = new WhiteBox();

  private WhiteBox() {}

  private static native void registerNatives();

  /** Asks for the compilation of a method at a level; entryBci -1 is the whole method. */
  public native boolean enqueueMethodForCompilation0(Executable method, int level, int entryBci);

  /** The level a method's code is compiled at; 0 while there is none. */
  public native int getMethodCompilationLevel0(Executable method, boolean isOsr);

  /** Whether a compilation of the method waits or is under way. */
  public native boolean isMethodQueuedForCompilation0(Executable method);
}
