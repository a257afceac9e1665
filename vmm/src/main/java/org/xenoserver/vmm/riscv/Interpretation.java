package org.xenoserver.vmm.riscv;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Executable;
import java.util.List;
import org.xenoserver.vmm.memory.RawMemory;

/** The method in which guests spend their time until their code is translated. */
public final class Interpretation {
  private static final List<Class<?>> CALLED =
      List.of(
          RawMemory.class,
          InstructionFetch.class,
          CodePage.class,
          Decoder.class,
          RegionDispatch.class,
          MissedAccess.class,
          MemoryAccess.class,
          OtherInstructions.class,
          IntegerDivision.class,
          Hart.class);

  private Interpretation() {}

  /**
   * The interpreter's loop, for who can have it compiled before its first run. What it calls is
   * initialized: code compiled earlier would be thrown away then.
   */
  public static Executable method() {
    try {
      for (Class<?> called : CALLED) {
        MethodHandles.lookup().ensureInitialized(called);
      }
      return Interpreter.class.getDeclaredMethod("execute", Hart.class, int.class);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
