package org.xenoserver.vmm.riscv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The code pages of all machines of a host, one for each content: what is decoded or translated for
 * one domain is there for the next that runs the same code. Safe for several threads.
 */
public final class CodeLibrary {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final RegionTranslator translator;
  private final Map<Long, PageReference> pages = new ConcurrentHashMap<>();
  private final ReferenceQueue<CodePage> dropped = new ReferenceQueue<>();

  /** An empty library whose hot code is given to a translator. */
  public CodeLibrary(RegionTranslator translator) {
    this.translator = translator;
  }

  RegionTranslator translator() {
    return translator;
  }

  /** The page with a content, which the caller may go on changing. */
  CodePage page(byte[] content) {
    forgetDropped();
    long hash = hash(content);
    PageReference reference = pages.get(hash);
    CodePage present = reference == null ? null : reference.get();
    if (present != null && present.isMadeFrom(content)) {
      return present;
    }
    CodePage made = new CodePage(Arrays.copyOf(content, CodePage.BYTES));
    if (present == null) {
      PageReference winner =
          pages.merge(
              hash,
              new PageReference(hash, made, dropped),
              (old, renewed) -> old.get() == null ? renewed : old);
      CodePage shared = winner.get();
      if (shared != null && shared.isMadeFrom(content)) {
        return shared;
      }
    }
    return made; // Another content has the same hash: this one is not shared.
  }

  /**
   * Forgets how often code was executed that is not translated, as another machine begins. What no
   * machine executes often is not worth translating, however many machines there are: else each of
   * them would add to the translations of the first, though all run the same.
   */
  void machineBegins() {
    for (PageReference reference : pages.values()) {
      CodePage page = reference.get();
      if (page != null) {
        page.forgetVisits(translator.visits());
      }
    }
    translator.machineBegins();
  }

  private void forgetDropped() {
    for (@Nullable Reference<? extends CodePage> gone = dropped.poll();
        gone != null;
        gone = dropped.poll()) {
      PageReference reference = (PageReference) gone;
      pages.remove(reference.hash, reference);
    }
  }

  private static long hash(byte[] content) {
    long hash = 0;
    for (int i = 0; i < content.length; i += 8) {
      long word = (long) LONGS.get(content, i);
      hash = (hash ^ word) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  private static final class PageReference extends WeakReference<CodePage> {
    final long hash;

    PageReference(long hash, CodePage page, ReferenceQueue<CodePage> queue) {
      super(page, queue);
      this.hash = hash;
    }
  }
}
