package org.xenoserver.vmm.affinity;

import java.util.BitSet;
import java.util.regex.Pattern;

/**
 * The first of the processors this process may use, if there are several: it is kept free of
 * threads that make code. A hart beside such a thread is put aside for a turn of the host's
 * scheduler now and then: several milliseconds where that looks at its clock 250 times a second,
 * and so late a vCPU stops that is asked to.
 */
public final class QuietProcessor {
  private QuietProcessor() {}

  /** Keeps off it all threads of these names. */
  public static void keepFreeOf(Pattern names) {
    BitSet processors = HostThread.current().map(HostThread::processors).orElseGet(BitSet::new);
    if (processors.cardinality() > 1) {
      processors.clear(processors.nextSetBit(0));
      HostThread.named(names).forEach(thread -> thread.runOn(processors));
    }
  }

  /**
   * Moves a thread there that may be waiting for another processor, to which the host's scheduler
   * gives a thought only when its clock ticks. After that it may run where it might before.
   */
  public static void take(HostThread thread) {
    BitSet processors = thread.processors();
    if (processors.cardinality() > 1) {
      thread.runOn(processors.get(0, processors.nextSetBit(0) + 1));
      thread.runOn(processors);
    }
  }
}
