package org.xenoserver.vmm.conformance;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.xenoserver.vmm.assembler.InstructionLayout;
import org.xenoserver.vmm.assembler.InstructionLayout.Field;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;
import org.xenoserver.vmm.assembler.InstructionTable.Row;

/**
 * Takes the instructions of a generated program one after the other, with labels; can be muted, so
 * that what follows leaves no trace, and notes what it took in words if asked.
 */
final class CodeBuffer {
  /** The place of an instruction; an unplaced one is the program's end. */
  static final class Label {
    private int offset;
  }

  private static final Row AUIPC = InstructionPool.row("auipc");
  private static final Row ADDI = InstructionPool.row("addi");

  /** Room kept for the jump at the end. */
  private static final int RESERVE_BYTES = 64;

  private final ByteBuffer arena;
  private final boolean listing;
  private final List<Runnable> references = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private int at;
  private int muted;

  CodeBuffer(ByteBuffer arena, boolean listing) {
    this.arena = arena;
    this.listing = listing;
  }

  /** Offset of the next instruction from the code's beginning. */
  int here() {
    return at;
  }

  /** What follows is dropped until {@link #unmute}; nests. */
  void mute() {
    muted++;
  }

  void unmute() {
    muted--;
  }

  private boolean takes(int bytes) {
    return muted == 0 && at + bytes <= Arena.CODE_BYTES - RESERVE_BYTES;
  }

  void skipTo(int offset) {
    at = offset;
  }

  void place(Label label) {
    if (muted == 0) {
      label.offset = at;
    }
  }

  /** One instruction. */
  void add(Row row, Operands operands) {
    int bytes = row.pattern().length() / 8;
    if (!takes(bytes)) {
      return;
    }
    if (listing) {
      note(row.name(), operands(row, operands));
    }
    put(at, InstructionLayout.encode(row, operands), bytes);
    at += bytes;
  }

  /** One instruction whose immediate is the distance to a label. */
  void add(Row row, Operands operands, Label target) {
    int bytes = row.pattern().length() / 8;
    if (!takes(bytes)) {
      return;
    }
    int offset = at;
    refer(offset, row, operands, () -> target.offset - offset);
    if (listing) {
      note(row.name(), operands(row, operands) + " to a label");
    }
    at += bytes;
  }

  /** The address of a label, by AUIPC and ADDI. */
  void address(int register, Label target) {
    if (!takes(8)) {
      return;
    }
    int offset = at;
    Operands high = new Operands().with(Field.RD, register);
    Operands low = new Operands().with(Field.RD, register).with(Field.RS1, register);
    refer(offset, AUIPC, high, () -> target.offset - offset + 0x800 & ~0xfff);
    refer(offset + 4, ADDI, low, () -> (target.offset - offset) << 20 >> 20);
    if (listing) {
      note("la", "rd=" + register);
    }
    at += 8;
  }

  /** A constant that is the distance between two labels and fits an ADDI or a word. */
  void distance(int register, Label from, Label to) {
    if (!takes(4)) {
      return;
    }
    refer(at, ADDI, new Operands().with(Field.RD, register), () -> to.offset - from.offset);
    if (listing) {
      note("li", "rd=%d, a distance".formatted(register));
    }
    at += 4;
  }

  /** A word that holds the distance between two labels. */
  void distance(Label from, Label to) {
    if (!takes(4)) {
      return;
    }
    int offset = at;
    references.add(() -> put(offset, to.offset - from.offset, 4));
    if (listing) {
      note(".word", "a distance");
    }
    at += 4;
  }

  private void refer(int offset, Row row, Operands operands, IntSupplier immediate) {
    references.add(() -> {
      operands.with(Field.IMM, immediate.getAsInt());
      put(offset, InstructionLayout.encode(row, operands), row.pattern().length() / 8);
    });
  }

  /** Bits that may or may not be an instruction. */
  void raw(int bits, int bytes, String what) {
    if (!takes(bytes)) {
      return;
    }
    if (listing) {
      note(what, "0x%x".formatted(bits));
    }
    put(at, bits, bytes);
    at += bytes;
  }

  /** The last instruction of a program: there is always room for it. */
  void last(Row row, Operands operands) {
    put(at, InstructionLayout.encode(row, operands), row.pattern().length() / 8);
    at += row.pattern().length() / 8;
  }

  private void put(int offset, int bits, int bytes) {
    arena.putShort(Arena.CODE + offset, (short) bits);
    if (bytes == 4) {
      arena.putShort(Arena.CODE + offset + 2, (short) (bits >>> 16));
    }
  }

  /** Puts the distances in. */
  void resolve() {
    references.forEach(Runnable::run);
  }

  /** Whether a label that has been placed is within reach of a row's immediate. */
  boolean reaches(Row row, Label target) {
    int high = InstructionLayout.immediateRange(row)[0];
    return at - target.offset < 1 << high;
  }

  private void note(String name, String rest) {
    lines.add("%04x  %s %s".formatted(at, name, rest));
  }

  private static String operands(Row row, Operands operands) {
    StringBuilder out = new StringBuilder();
    String layout = InstructionLayout.of(row);
    for (Field field : Field.values()) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (layout.contains(name)) {
        long value = operands.get(field);
        String text =
            switch (field) {
              case RD, RS1, RS2, RS3 -> Long.toString(value);
              case CSR -> "0x" + Long.toHexString(value);
              default -> Long.toString(value);
            };
        out.append(out.isEmpty() ? "" : " ").append(name).append('=').append(text);
      }
    }
    return out.toString();
  }

  /** What was taken, a line an instruction; empty unless asked for. */
  List<String> listing() {
    return lines;
  }
}
