package org.xenoserver.vmm.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Zeroed memory of this process that no file is behind: {@code mmap(2)}.
 *
 * <p>Linux is not asked for pages of 2 MiB: a host that is a virtual machine itself may have given
 * such back to its own host, and a vCPU that touches one first then waits for 4 ms.
 */
final class AnonymousMapping {
  // Linux: asm-generic/mman-common.h.
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final long MAP_FAILED = -1;

  private AnonymousMapping() {}

  /** Whether this host has it. */
  static boolean isAvailable() {
    return System.getProperty("os.name").equals("Linux");
  }

  /**
   * Maps memory that is unmapped when the arena is closed.
   *
   * @throws IOException if there is no room for it
   */
  static MemorySegment map(long sizeBytes, Arena arena) throws IOException {
    long mapped =
        call(
            "mmap",
            0L,
            sizeBytes,
            PROT_READ_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0L);
    if (mapped == MAP_FAILED) {
      throw new IOException("The host has no room for %d bytes of memory.".formatted(sizeBytes));
    }
    return MemorySegment.ofAddress(mapped)
        .reinterpret(sizeBytes, arena, segment -> call("munmap", mapped, sizeBytes));
  }

  /** Calls a function of the C library; its arguments are ints and longs. */
  private static long call(String function, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] = arguments[i] instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
    }
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts));
    try {
      return (long) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(function + "(2) failed", e);
    }
  }
}
