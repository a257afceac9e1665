package org.xenoserver.vmm.riscv;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of one 4 KiB page, decoded as they are first reached.
 *
 * <p>A code page is a function of the bytes it was made from and of nothing else: it holds a copy
 * of them and no address, so harts and domains may share it. Whether memory still holds these bytes
 * is seen to when a hart enters the page after a change of translation or a FENCE.I, which is when
 * RISC-V demands it (unprivileged manual, chapter "Zifencei").
 *
 * <p>Slots are written by racing harts, always with the same value for the same bytes.
 */
public final class CodePage {
  /** The size of a page. */
  public static final int BYTES = 4096;

  /** Half words in a page, at which instructions may begin. */
  public static final int SLOTS = BYTES / 2;

  private static final int VISITS_BEFORE_ASKING_AGAIN = 64;
  private static final short PUT_OFF = -25_000;

  /** One slot a half word, then two that end the page (the last instruction may be two long). */
  final long[] code = new long[SLOTS + 2];

  /** Visits to each slot by a jump, up to a bound; negative where it is not worth asking yet. */
  final short[] visits = new short[SLOTS];

  /** A bit a slot: whether asking for a region there was put off. */
  private final long[] putOff = new long[SLOTS / Long.SIZE];

  private final byte[] bytes;
  private volatile @Nullable AtomicReferenceArray<RegionEntry> entries;

  CodePage(byte[] bytes) {
    this.bytes = bytes;
    code[SLOTS] = Opcode.PAGE_END;
    code[SLOTS + 1] = Opcode.PAGE_END;
  }

  /** Whether the page was made from these bytes. */
  boolean isMadeFrom(byte[] others) {
    return Arrays.equals(bytes, others);
  }

  /** The half word at a slot. */
  public int halfWord(int slot) {
    return bytes[2 * slot] & 0xff | (bytes[2 * slot + 1] & 0xff) << 8;
  }

  /** The instruction bits at a slot; of one that crosses the page only the first half word. */
  public int instruction(int slot) {
    int low = halfWord(slot);
    return (low & 3) != 3 || slot == SLOTS - 1 ? low : low | halfWord(slot + 1) << 16;
  }

  /** A page with the same bytes in which the instruction at a slot is the only one. */
  CodePage restrictedTo(int slot) {
    CodePage restricted = new CodePage(bytes);
    Arrays.fill(restricted.code, Opcode.PAGE_END);
    restricted.decode(slot);
    return restricted;
  }

  /** Decodes an instruction whose bits were put together from two pages. */
  public static long decodeBits(int bits) {
    return Decoder.decode(bits);
  }

  /** Decodes a slot and keeps the result. */
  public long decode(int slot) {
    long decoded = decodeAfresh(slot);
    code[slot] = decoded;
    return decoded;
  }

  private long decodeAfresh(int slot) {
    int instruction = instruction(slot);
    if (slot == SLOTS - 1 && (instruction & 3) == 3) {
      return Opcode.CROSSES_PAGE;
    }
    return Decoder.decode(instruction);
  }

  /** Whether the instruction at a slot was executed, or at least looked at. */
  public boolean isDecoded(int slot) {
    return code[slot] != Opcode.UNDECODED;
  }

  /** Lets every hart that jumps to a slot enter a region there. */
  public void enter(int slot, RegionEntry entry) {
    AtomicReferenceArray<RegionEntry> present = entries;
    if (present == null) {
      synchronized (this) {
        present = entries;
        if (present == null) {
          present = new AtomicReferenceArray<>(SLOTS);
          entries = present;
        }
      }
    }
    present.set(slot, entry);
    visits[slot] = Short.MAX_VALUE;
  }

  /** Takes the entries of a region away again. */
  public void leave(int slot, TranslatedRegion region) {
    AtomicReferenceArray<RegionEntry> present = entries;
    RegionEntry entry = present == null ? null : present.get(slot);
    if (entry != null && entry.region().equals(region)) {
      requireNonNull(present).compareAndSet(slot, entry, null);
      visits[slot] = 0;
    }
  }

  /** What can be entered at a slot. */
  public @Nullable RegionEntry entry(int slot) {
    AtomicReferenceArray<RegionEntry> present = entries;
    return present == null ? null : present.get(slot);
  }

  /** Whether a slot was visited by so many jumps that a region is worth its while. */
  boolean isHot(int slot, int limit) {
    return visits[slot] >= limit;
  }

  /**
   * Has a slot visited many more times before a region is asked for, once: an idle guest executes
   * the same now and then, and a compiler at work for it would cost more than the guest.
   *
   * @return false if it was put off before
   */
  boolean putOff(int slot) {
    long bit = 1L << slot;
    if ((putOff[slot / Long.SIZE] & bit) != 0) {
      return false;
    }
    putOff[slot / Long.SIZE] |= bit;
    visits[slot] = PUT_OFF;
    return true;
  }

  /** Counts a visit. */
  void visited(int slot) {
    if (visits[slot] < Short.MAX_VALUE) {
      visits[slot]++;
    }
  }

  /** Forgets the visits to slots that were not visited often enough for a region. */
  void forgetVisits(int limit) {
    for (int slot = 0; slot < SLOTS; slot++) {
      if (visits[slot] > 0 && visits[slot] < limit) {
        visits[slot] = 0;
      }
    }
  }

  /** Has a slot visited some more before a region is asked for again. */
  void cool(int slot, int limit) {
    visits[slot] = (short) (limit == 0 ? 0 : limit - VISITS_BEFORE_ASKING_AGAIN);
  }

  /** Has it visited very often before a region is asked for: none can be made now. */
  public void discourage(int slot) {
    visits[slot] = Short.MIN_VALUE;
  }
}
