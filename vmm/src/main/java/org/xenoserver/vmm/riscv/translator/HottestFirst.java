package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.TranslatedRegion;

/**
 * What waits to replace regions: next is that whose region executed most since the last was taken.
 * A program that ended may have left many that were hot before.
 */
final class HottestFirst<T> {
  private final List<Waiting<T>> all = new ArrayList<>();

  private static final class Waiting<T> {
    final T job;
    final TranslatedRegion replaces;
    long executedBefore;

    Waiting(T job, TranslatedRegion replaces) {
      this.job = job;
      this.replaces = replaces;
      look();
    }

    void look() {
      executedBefore = replaces.executed();
    }

    long executedSince() {
      return replaces.executed() - executedBefore;
    }
  }

  void add(T job, TranslatedRegion replaces) {
    all.add(new Waiting<>(job, replaces));
  }

  /** Takes the next; null if nothing waits. */
  @Nullable T poll() {
    if (all.isEmpty()) {
      return null;
    }
    Waiting<T> hottest =
        all.stream().max(Comparator.comparingLong(Waiting::executedSince)).orElseThrow();
    all.remove(hottest);
    all.forEach(Waiting::look);
    return hottest.job;
  }
}
