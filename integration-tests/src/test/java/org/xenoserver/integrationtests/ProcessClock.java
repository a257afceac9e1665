package org.xenoserver.integrationtests;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * The processor time of all threads of a process, those that ended included, to the nanosecond
 * (POSIX, {@code clock_getcpuclockid}): what {@code /proc} has of it is in steps of 10 ms.
 */
final class ProcessClock {
  private final int id;

  private ProcessClock(int id) {
    this.id = id;
  }

  static ProcessClock of(long pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment id = arena.allocate(ValueLayout.JAVA_INT);
      call("clock_getcpuclockid", (int) pid, id);
      return new ProcessClock(id.get(ValueLayout.JAVA_INT, 0));
    }
  }

  Duration read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
      call("clock_gettime", id, time);
      return Duration.ofSeconds(
          time.getAtIndex(ValueLayout.JAVA_LONG, 0), time.getAtIndex(ValueLayout.JAVA_LONG, 1));
    }
  }

  private static void call(String function, int of, MemorySegment result) {
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    int status;
    try {
      status = (int) handle.invokeExact(of, result);
    } catch (Throwable e) {
      throw new IllegalStateException(function + " failed", e);
    }
    if (status != 0) {
      throw new IllegalStateException("%s failed with status %d".formatted(function, status));
    }
  }
}
