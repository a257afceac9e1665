package org.xenoserver.clustermanager.placement;

import java.util.Locale;

/** Sizes as people read them. */
final class Bytes {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Bytes() {}

  /** Exact in the largest unit that divides it, otherwise to one decimal place. */
  static String text(long bytes) {
    int unit = 0;
    double value = bytes;
    while (unit + 1 < UNITS.length && value >= 1024) {
      value /= 1024;
      unit++;
    }
    return value == Math.rint(value)
        ? (long) value + " " + UNITS[unit]
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
