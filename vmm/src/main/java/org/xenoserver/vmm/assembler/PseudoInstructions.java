package org.xenoserver.vmm.assembler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the assembler writes for the names that stand for other instructions. */
public final class PseudoInstructions {
  private PseudoInstructions() {}

  /** The instructions a name stands for; null if it is none of these names. */
  static @Nullable List<String> expand(String name, List<String> o) {
    return switch (name) {
      case "nop" -> List.of("addi x0, x0, 0");
      case "li" -> load(o.get(0), constant(o.get(1)));
      case "la" ->
          List.of(
              "auipc %s, %%hi:%s:0".formatted(o.get(0), o.get(1)),
              "addi %1$s, %1$s, %%lo:%2$s:4".formatted(o.get(0), o.get(1)));
      case "mv" -> List.of("addi %s, %s, 0".formatted(o.get(0), o.get(1)));
      case "not" -> List.of("xori %s, %s, -1".formatted(o.get(0), o.get(1)));
      case "neg" -> List.of("sub %s, x0, %s".formatted(o.get(0), o.get(1)));
      case "j" -> List.of("jal x0, " + o.get(0));
      case "call" -> List.of("jal ra, " + o.get(0));
      case "jr" -> List.of("jalr x0, %s, 0".formatted(o.get(0)));
      case "ret" -> List.of("jalr x0, ra, 0");
      case "beqz" -> List.of("beq %s, x0, %s".formatted(o.get(0), o.get(1)));
      case "bnez" -> List.of("bne %s, x0, %s".formatted(o.get(0), o.get(1)));
      case "csrr" -> List.of("csrrs %s, %s, x0".formatted(o.get(0), o.get(1)));
      case "csrw" -> List.of("csrrw x0, %s, %s".formatted(o.get(0), o.get(1)));
      case "csrs" -> List.of("csrrs x0, %s, %s".formatted(o.get(0), o.get(1)));
      case "csrc" -> List.of("csrrc x0, %s, %s".formatted(o.get(0), o.get(1)));
      case "csrwi" -> List.of("csrrwi x0, %s, %s".formatted(o.get(0), o.get(1)));
      case "csrsi" -> List.of("csrrsi x0, %s, %s".formatted(o.get(0), o.get(1)));
      case "csrci" -> List.of("csrrci x0, %s, %s".formatted(o.get(0), o.get(1)));
      default -> null;
    };
  }

  /** A constant into a register, the same way each time it is written. */
  private static List<String> load(String register, long value) {
    List<String> out = new ArrayList<>();
    if (value == (int) value) {
      int low = (int) value << 20 >> 20;
      int high = (int) (value - low) >>> 12;
      if (high != 0) {
        out.add("lui %s, %d".formatted(register, high));
        out.add("addiw %1$s, %1$s, %2$d".formatted(register, low));
      } else {
        out.add("addi %s, x0, %d".formatted(register, low));
      }
      return out;
    }
    long low = value << 52 >> 52;
    out.addAll(load(register, value - low >> 12));
    out.add("slli %1$s, %1$s, 12".formatted(register));
    out.add("addi %1$s, %1$s, %2$d".formatted(register, low));
    return out;
  }

  /** A decimal or 0x number of at most 64 bits. */
  public static long constant(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative ? text.substring(1) : text;
    long magnitude =
        digits.startsWith("0x")
            ? Long.parseUnsignedLong(digits.substring(2).replace("_", ""), 16)
            : Long.parseUnsignedLong(digits);
    return negative ? -magnitude : magnitude;
  }
}
