package org.xenoserver.vmm.riscv.translator;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * The local variables in which a region keeps the pages last accessed by some base registers: of
 * each the page's address, and what added to an address in it gives the host's.
 */
final class KeptPages {
  private static final int VARIABLES_PER_PAGE = 4;

  /** No page: a bit is set that no tag has. */
  private static final long NO_PAGE = 0x800;

  private final ClassBytes code;
  private final Map<PageCaches.Base, Integer> slots = new LinkedHashMap<>();
  private final Set<PageCaches.Base> followed = new HashSet<>();
  private final Set<Integer> waiting;
  private final int loadAddends;
  private final int end;

  /**
   * @param kept the base registers, and which are followed
   * @param waiting the places of the accesses that use them
   * @param first the first variable
   */
  KeptPages(ClassBytes code, List<PageCaches.Kept> kept, Set<Integer> waiting, int first) {
    this.waiting = waiting;
    this.code = code;
    int next = first;
    for (PageCaches.Kept page : kept) {
      slots.put(page.base(), next);
      next += VARIABLES_PER_PAGE;
      if (page.followed()) {
        followed.add(page.base());
      }
    }
    loadAddends = next;
    end = followed.isEmpty() ? next : next + 2;
  }

  /** The first variable after them. */
  int end() {
    return end;
  }

  /** Adds the verification types of all of them. */
  void addTypes(List<Object> types, Object longType) {
    for (int slot = slots.values().stream().findFirst().orElse(end); slot < end; slot += 2) {
      types.add(longType);
    }
  }

  /** Gives each variable a value of its type that {@link #forget} does not set at once. */
  void initialise() {
    for (int slot : slots.values()) {
      code.pushLong(0);
      code.local(Bytecode.LSTORE, slot + 2);
    }
  }

  /** Forgets the pages. */
  void forget() {
    if (!followed.isEmpty()) {
      code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
      code.field(
          Bytecode.GETFIELD, RegionFrame.HART, "memoryAccess", "L" + RegionFrame.MEMORY + ";");
      code.field(Bytecode.GETFIELD, RegionFrame.MEMORY, "loadAddends", "J");
      code.local(Bytecode.LSTORE, loadAddends);
    }
    for (int slot : slots.values()) {
      code.pushLong(NO_PAGE);
      code.local(Bytecode.LSTORE, slot);
    }
  }

  /**
   * The variable of the page last accessed by the base register of an access; two further is that
   * of the addend. 0 if none is kept.
   */
  int slotOf(Instruction access) {
    return waiting.contains(access.place())
        ? PageCaches.base(access).map(base -> slots.getOrDefault(base, 0)).orElse(0)
        : 0;
  }

  /** Whether the base of an access is one of a list that is walked. */
  boolean isFollowed(Instruction access) {
    return PageCaches.base(access).filter(followed::contains).isPresent();
  }

  /** Pushes where the addends of the table for loads begin, if any base is followed. */
  void pushLoadAddends() {
    code.local(Bytecode.LLOAD, loadAddends);
  }
}
