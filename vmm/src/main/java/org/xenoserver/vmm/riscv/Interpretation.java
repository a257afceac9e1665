package org.xenoserver.vmm.riscv;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Executable;
import java.util.List;
import org.xenoserver.vmm.bus.MmioDevice;
import org.xenoserver.vmm.memory.RawMemory;
import org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit;

/** The method in which guests spend their time until their code is translated. */
public final class Interpretation {
  /** What the loop calls, and what that calls where the compiler may inline it. */
  static final List<Class<?>> CALLED =
      List.of(
          Integer.class,
          Long.class,
          Math.class,
          IllegalArgumentException.class,
          RawMemory.class,
          MmioDevice.class,
          FloatingPointUnit.class,
          AtomicInstructions.class,
          BitManipulation.class,
          CodePage.class,
          CodePages.class,
          ControlStatusRegisters.class,
          Csr.class,
          DecodedInstruction.class,
          Decoder.class,
          FetchTable.class,
          FloatingPointInstructions.class,
          Hart.class,
          HartExits.class,
          InstructionFetch.class,
          IntegerDivision.class,
          Jump.class,
          JumpCache.class,
          MemoryAccess.class,
          MissedAccess.class,
          Opcode.class,
          OtherInstructions.class,
          PageTableWalk.class,
          RegionDispatch.class,
          RegionEntry.class,
          RegionFloats.class,
          RegionSystem.class,
          TranslatedRegion.class,
          TranslationBank.class,
          TrapCause.class);

  private Interpretation() {}

  /**
   * The interpreter's loop, for who can have it compiled before its first run. What it calls is
   * initialized: code that was compiled earlier is thrown away when it comes to a class, be it one
   * of the JDK's, that this class's loader has not met.
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
