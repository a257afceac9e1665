package org.xenoserver.vmm.affinity;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread of this process as the host's kernel knows it. Linux only: elsewhere none is found. What
 * is asked for needs no privilege; what fails changes nothing.
 *
 * @param id the kernel's number of it
 */
public record HostThread(int id) {
  private static final Logger LOG = LoggerFactory.getLogger(HostThread.class);

  private static final Path THREADS = Path.of("/proc/self/task");
  private static final Path CURRENT = Path.of("/proc/thread-self");

  /** The thread that calls, if the host is a Linux. */
  public static Optional<HostThread> current() {
    try {
      return Files.exists(CURRENT)
          ? Optional.of(numbered(Files.readSymbolicLink(CURRENT)))
          : Optional.empty();
    } catch (IOException e) {
      LOG.debug("the thread's number is not known", e);
      return Optional.empty();
    }
  }

  /**
   * The threads whose names match.
   *
   * @param names of which the kernel keeps the first fifteen characters
   */
  public static List<HostThread> named(Pattern names) {
    List<HostThread> found = new ArrayList<>();
    if (Files.isDirectory(THREADS)) {
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
        for (Path thread : threads) {
          if (names.matcher(nameOf(thread)).matches()) {
            found.add(numbered(thread));
          }
        }
      } catch (IOException e) {
        LOG.debug("the threads are not known", e);
      }
    }
    return found;
  }

  private static HostThread numbered(Path thread) {
    return new HostThread(Integer.parseInt(thread.getFileName().toString()));
  }

  private static String nameOf(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  /**
   * The processors it may run on; none if the kernel does not say. {@code sched_getaffinity(2)}.
   */
  public BitSet processors() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(Native.SET_BYTES);
      return Native.call(Native.GET, id, set) == 0
          ? BitSet.valueOf(set.asByteBuffer())
          : new BitSet();
    }
  }

  /**
   * Has it run on these processors only; if it is on another, it is moved at once. {@code
   * sched_setaffinity(2)}.
   */
  public void runOn(BitSet processors) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(Native.SET_BYTES);
      set.copyFrom(MemorySegment.ofArray(processors.toByteArray()));
      if (Native.call(Native.SET, id, set) != 0) {
        LOG.debug("thread {} stays on the processors it had", id);
      }
    }
  }

  /** The C library's functions, which take longer to find than this class to load. */
  private static final class Native {
    /** Bytes of a set of 1024 processors, as the C library has it. */
    static final int SET_BYTES = 128;

    static final MethodHandle GET = function("sched_getaffinity");
    static final MethodHandle SET = function("sched_setaffinity");

    /** Of a thread, the bytes of a set of processors, and the set. */
    private static MethodHandle function(String name) {
      return Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow(name),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS));
    }

    static int call(MethodHandle function, int thread, MemorySegment set) {
      try {
        // Sound: the function reads or writes as many bytes as it is told the set has.
        return (int) function.invokeExact(thread, (long) SET_BYTES, set);
      } catch (Throwable e) {
        throw new IllegalStateException("a call of the C library failed", e);
      }
    }
  }
}
