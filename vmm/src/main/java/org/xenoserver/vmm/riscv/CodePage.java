package org.xenoserver.vmm.riscv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of one 4 KiB page, decoded as they are first reached.
 *
 * <p>A code page is a function of the bytes it was made from and of nothing else: it holds a copy
 * of them and no address, so harts and domains may share it. Whether memory still holds these bytes
 * is checked when a hart enters the page after a change of translation or a FENCE.I, which is when
 * RISC-V demands it (unprivileged manual, chapter "Zifencei").
 *
 * <p>Slots are written by racing harts, always with the same value for the same bytes.
 */
final class CodePage {
  static final int BYTES = 4096;
  static final int SLOTS = BYTES / 2;

  /** One slot a half word, then two that end the page (the last instruction may be two long). */
  final long[] code = new long[SLOTS + 2];

  private final byte[] bytes;
  private volatile TranslatedRegion @Nullable [] regions;

  CodePage(byte[] bytes) {
    this.bytes = bytes;
    code[SLOTS] = Opcode.PAGE_END;
    code[SLOTS + 1] = Opcode.PAGE_END;
  }

  /** Whether the page was made from these bytes. */
  boolean isMadeFrom(byte[] others) {
    return Arrays.equals(bytes, others);
  }

  int halfWord(int slot) {
    return bytes[2 * slot] & 0xff | (bytes[2 * slot + 1] & 0xff) << 8;
  }

  /** The instruction bits at a slot; of one that crosses the page only the first half word. */
  int instruction(int slot) {
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

  /** Decodes a slot and keeps the result. */
  long decode(int slot) {
    long decoded = decodeAfresh(slot);
    code[slot] = decoded;
    return decoded;
  }

  /** The instruction at a slot, whatever stands there now. */
  long decodeAfresh(int slot) {
    int instruction = instruction(slot);
    if (slot == SLOTS - 1 && (instruction & 3) == 3) {
      return Opcode.CROSSES_PAGE;
    }
    return Decoder.decode(instruction);
  }

  /** Runs a region instead of the instruction at a slot, for every hart that enters the page. */
  synchronized void install(int slot, TranslatedRegion region) {
    TranslatedRegion[] old = regions;
    TranslatedRegion[] renewed = old == null ? new TranslatedRegion[SLOTS] : old.clone();
    renewed[slot] = region;
    regions = renewed;
    code[slot] = Opcode.REGION;
  }

  /** Takes a region away again. */
  synchronized void remove(int slot) {
    code[slot] = Opcode.UNDECODED;
  }

  /** The region at a slot whose opcode is {@link Opcode#REGION}. */
  TranslatedRegion region(int slot) {
    TranslatedRegion[] present = regions;
    if (present == null) {
      throw new IllegalStateException("no region on this page");
    }
    return present[slot];
  }
}
