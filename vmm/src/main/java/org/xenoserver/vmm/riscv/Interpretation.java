package org.xenoserver.vmm.riscv;

import java.lang.reflect.Executable;

/** The method in which guests spend their time until their code is translated. */
public final class Interpretation {
  private Interpretation() {}

  /** The interpreter's loop, for who can have it compiled before its first run. */
  public static Executable method() {
    try {
      return Interpreter.class.getDeclaredMethod("execute", Hart.class, int.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }
}
