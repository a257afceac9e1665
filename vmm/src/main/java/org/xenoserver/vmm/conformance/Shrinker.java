package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.conformance.Judge.Disagreement;

/** Takes away from a failing program whatever it fails without. */
final class Shrinker {
  private final Judge judge;
  private Disagreement smallest;

  Shrinker(Judge judge, Disagreement disagreement) {
    this.judge = judge;
    this.smallest = disagreement;
  }

  /** A small program that fails, with its listing; perhaps in another way. */
  Disagreement shrink() throws IOException, InterruptedException {
    int items = smallest.program().items();
    BitSet omitted = new BitSet();
    // With nothing left out this notes the listing, should nothing be dispensable.
    fails(omitted);
    for (int size = items / 2; size >= 1; size /= 2) {
      for (int from = 0; from < items; from += size) {
        BitSet tried = (BitSet) omitted.clone();
        tried.set(from, Math.min(from + size, items));
        if (tried.cardinality() > omitted.cardinality() && fails(tried)) {
          omitted = tried;
        }
      }
    }
    return smallest;
  }

  private boolean fails(BitSet omitted) throws IOException, InterruptedException {
    GuestProgram candidate =
        ProgramGenerator.generate(smallest.program().seed(), judge.portable(), omitted, true);
    @Nullable Disagreement disagreement = judge.check(List.of(candidate));
    if (disagreement == null) {
      return false;
    }
    smallest = disagreement;
    return true;
  }
}
