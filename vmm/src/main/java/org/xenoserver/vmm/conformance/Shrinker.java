package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** Takes away from a failing program whatever it fails without. */
final class Shrinker {
  private final Judge judge;
  private final GuestProgram program;

  Shrinker(Judge judge, GuestProgram program) {
    this.judge = judge;
    this.program = program;
  }

  /** The numbers of the parts that can be left out. */
  BitSet shrink() throws IOException, InterruptedException {
    BitSet omitted = new BitSet();
    for (int size = program.items() / 2; size >= 1; size /= 2) {
      for (int from = 0; from < program.items(); from += size) {
        BitSet tried = (BitSet) omitted.clone();
        tried.set(from, Math.min(from + size, program.items()));
        if (tried.cardinality() > omitted.cardinality() && fails(tried)) {
          omitted = tried;
        }
      }
    }
    return omitted;
  }

  private boolean fails(BitSet omitted) throws IOException, InterruptedException {
    GuestProgram candidate =
        ProgramGenerator.generate(program.seed(), judge.portable(), omitted, false);
    return judge.check(List.of(candidate)) != null;
  }
}
