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
 * Zeroed memory of this process that no file is behind, so that Linux may give it in pages of 2
 * MiB: {@code mmap(2)} and {@code madvise(2)}. What a guest touches first costs a fault for 2 MiB,
 * not for 4 KiB, and the host's processor finds its translations far more often.
 */
final class AnonymousMapping {
  private static final long HUGE_PAGE_BYTES = 2 << 20;

  // Linux: asm-generic/mman-common.h and mman.h.
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MADV_HUGEPAGE = 14;
  private static final long MAP_FAILED = -1;

  private AnonymousMapping() {}

  /** Whether this host has it. */
  static boolean isAvailable() {
    return System.getProperty("os.name").equals("Linux");
  }

  /**
   * Maps memory that is unmapped when the arena is closed. It begins at a multiple of 2 MiB.
   *
   * @throws IOException if there is no room for it
   */
  static MemorySegment map(long sizeBytes, Arena arena) throws IOException {
    long mappedBytes = sizeBytes + HUGE_PAGE_BYTES;
    long mapped =
        call(
            "mmap",
            0L,
            mappedBytes,
            PROT_READ_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0L);
    if (mapped == MAP_FAILED) {
      throw new IOException("The host has no room for %d bytes of memory.".formatted(sizeBytes));
    }
    long start = mapped + HUGE_PAGE_BYTES - 1 & -HUGE_PAGE_BYTES;
    // A host without large pages says so and gives small ones.
    call("madvise", start, sizeBytes, MADV_HUGEPAGE);
    return MemorySegment.ofAddress(start)
        .reinterpret(sizeBytes, arena, segment -> call("munmap", mapped, mappedBytes));
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
