package org.xenoserver.ops.xenctl;

import java.time.Duration;
import java.util.Locale;

/** Figures as people read them. All counts are unsigned 64 bit. */
final class Quantities {
  private static final double GIB = 1 << 30;
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final String[] DECIMAL = {"", " k", " M", " G", " T", " P", " E"};

  private Quantities() {}

  /** 268435456 as {@code 256 MiB}, 1500 as {@code 1.5 KiB}. */
  static String bytes(long bytes) {
    return scaled(bytes, 1024, BINARY, " ");
  }

  /** 1234567 as {@code 1.2 M}. */
  static String count(long count) {
    return scaled(count, 1000, DECIMAL, "");
  }

  /** 1234567890 as {@code 1.235 s}; always in seconds, so that rows compare. */
  static String seconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.3f s", unsigned(nanoseconds) / 1e9);
  }

  /** Memory over time in GiB seconds. */
  static String gibibyteSeconds(long byteSeconds) {
    return String.format(Locale.ROOT, "%.3f GiB s", unsigned(byteSeconds) / GIB);
  }

  /** 30 seconds as {@code 30s}, as --timeout takes it. */
  static String duration(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  private static String scaled(long amount, int base, String[] units, String separator) {
    double value = unsigned(amount);
    int unit = 0;
    while (value >= base && unit < units.length - 1) {
      value /= base;
      unit++;
    }
    boolean whole = value == Math.rint(value);
    String figure = String.format(Locale.ROOT, whole ? "%.0f" : "%.1f", value);
    return figure + separator + units[unit];
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
  }
}
