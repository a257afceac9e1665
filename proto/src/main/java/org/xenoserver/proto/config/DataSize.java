package org.xenoserver.proto.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or storage.
 *
 * @param bytes not negative
 */
public record DataSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*([KMGT]?)(?:i?B)?");
  private static final String UNITS = "KMGT";

  /** Checks the range. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException(notASize(bytes + ""));
    }
  }

  /**
   * Reads a whole number with an optional binary unit: {@code 4G}, {@code 512M}, {@code 65536}.
   *
   * @throws IllegalArgumentException with a sentence if it is not one or exceeds 2^63 - 1 bytes
   */
  public static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(notASize(text));
    }
    String unit = matcher.group(2);
    int shift = unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit) + 1);
    try {
      return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(notASize(text), e);
    }
  }

  private static String notASize(String text) {
    return "'" + text + "' is not a size; it must be a whole number with K, M, G or T, as in 512M";
  }

  /** The largest unit that divides it, as in {@code 4G}. */
  @Override
  public String toString() {
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % 1024 == 0 && unit < UNITS.length()) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? Long.toString(value)
        : String.format(Locale.ROOT, "%d%c", value, UNITS.charAt(unit - 1));
  }
}
