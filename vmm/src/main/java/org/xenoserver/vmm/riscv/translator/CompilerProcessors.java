package org.xenoserver.vmm.riscv.translator;

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
import java.util.BitSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the threads that make code off one of the processors this process may use. A hart beside
 * such a thread is put aside for a turn of the host's scheduler now and then: several milliseconds
 * where that looks at its clock 250 times a second, and so late a vCPU stops that is asked to.
 *
 * <p>Linux only, by {@code sched_setaffinity(2)}, which needs no privilege. What fails leaves the
 * threads where they were.
 */
final class CompilerProcessors {
  private static final Logger LOG = LoggerFactory.getLogger(CompilerProcessors.class);

  private static final Path THREADS = Path.of("/proc/self/task");

  /** The kernel keeps fifteen characters of a name. */
  private static final Pattern MAKES_CODE =
      Pattern.compile("C[12] CompilerThre|" + Translator.THREAD_NAME);

  /** Bytes of a set of 1024 processors, as the C library has it. */
  private static final int SET_BYTES = 128;

  private CompilerProcessors() {}

  /** Leaves the first processor to others, if there are several. */
  static void leaveOne() {
    if (!Files.isDirectory(THREADS)) {
      return;
    }
    try (Arena arena = Arena.ofConfined();
        DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      MemorySegment set = arena.allocate(SET_BYTES);
      if (call("sched_getaffinity", 0, set) != 0) {
        return;
      }
      BitSet processors = BitSet.valueOf(set.asByteBuffer());
      if (processors.cardinality() < 2) {
        return;
      }
      processors.clear(processors.nextSetBit(0));
      set.fill((byte) 0).copyFrom(MemorySegment.ofArray(processors.toByteArray()));
      for (Path thread : threads) {
        if (makesCode(thread)) {
          call("sched_setaffinity", Integer.parseInt(thread.getFileName().toString()), set);
        }
      }
    } catch (IOException e) {
      LOG.debug("the compilers stay on all processors", e);
    }
  }

  private static boolean makesCode(Path thread) {
    try {
      return MAKES_CODE.matcher(Files.readString(thread.resolve("comm")).strip()).matches();
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  /** Calls a function of the C library, of a thread (0 is the caller) and a set of processors. */
  private static int call(String function, int thread, MemorySegment set) {
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS));
    try {
      // Sound: the function reads or writes as many bytes as it is told the set has.
      return (int) handle.invokeExact(thread, (long) SET_BYTES, set);
    } catch (Throwable e) {
      throw new IllegalStateException(function + "(2) failed", e);
    }
  }
}
