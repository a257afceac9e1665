package org.xenoserver.ops.domainxml;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;

/** Units of memory as libvirt writes them (formatdomain, "Memory Allocation"). */
final class MemoryUnit {
  /** What an absent unit means. */
  static final String DEFAULT = "KiB";

  private static final Set<String> BYTE_NAMES = Set.of("b", "byte", "bytes");
  private static final String PREFIXES = "kmgtpe";

  private MemoryUnit() {}

  /**
   * The bytes in one unit: powers of 1000 for {@code KB}, {@code MB}, ..., powers of 1024 for
   * {@code k} or {@code KiB}, {@code M} or {@code MiB}, ...; case does not matter.
   *
   * @throws IllegalArgumentException if there is no such unit
   */
  static BigInteger bytes(String unit) {
    String lower = unit.toLowerCase(Locale.ROOT);
    if (BYTE_NAMES.contains(lower)) {
      return BigInteger.ONE;
    }
    int power = lower.isEmpty() ? 0 : PREFIXES.indexOf(lower.charAt(0)) + 1;
    String rest = lower.isEmpty() ? "" : lower.substring(1);
    boolean known = rest.isEmpty() || rest.equals("ib") || rest.equals("b");
    if (power == 0 || !known) {
      throw new IllegalArgumentException("'" + unit + "' is not a unit of memory");
    }
    return BigInteger.valueOf(rest.equals("b") ? 1000 : 1024).pow(power);
  }
}
