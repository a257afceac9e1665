package org.xenoserver.vmm.sbi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.SupervisorEnvironment;

/** Answers every SBI call of one machine; an extension it lacks is "not supported". */
public final class SupervisorBinaryInterface implements SupervisorEnvironment {
  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A6 = 16;
  private static final int A7 = 17;

  private final Map<Integer, SbiExtension> extensions = new HashMap<>();

  /**
   * Makes the interface of a machine.
   *
   * @param harts by hart id
   */
  public SupervisorBinaryInterface(
      List<Hart> harts, GuestMemory memory, DebugConsole console, SystemReset reset) {
    add(new BaseExtension(extensions.keySet()));
    add(new TimeExtension());
    add(new IpiExtension(harts));
    add(new RemoteFenceExtension(harts));
    add(new HartStateExtension(harts, memory));
    add(new SystemResetExtension(reset));
    add(new DebugConsoleExtension(console, memory));
  }

  private void add(SbiExtension extension) {
    extensions.put(extension.id(), extension);
  }

  @Override
  public void call(Hart hart) {
    @Nullable SbiExtension extension = extensions.get((int) hart.register(A7));
    SbiResult result =
        extension == null
            ? SbiResult.NOT_SUPPORTED
            : extension.call(new SbiCall(hart, (int) hart.register(A6)));
    hart.setRegister(A0, result.error());
    hart.setRegister(A1, result.value());
  }
}
