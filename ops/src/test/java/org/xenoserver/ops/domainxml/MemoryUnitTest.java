package org.xenoserver.ops.domainxml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MemoryUnitTest {
  private static final String PREFIXES = "KMGTPE";

  @Test
  void shouldTellPowersOf1000FromPowersOf1024() {
    for (int power = 1; power <= PREFIXES.length(); power++) {
      String prefix = PREFIXES.substring(power - 1, power);
      BigInteger binary = BigInteger.TWO.pow(10 * power);
      assertThat(MemoryUnit.bytes(prefix)).isEqualTo(binary);
      assertThat(MemoryUnit.bytes(prefix + "iB")).isEqualTo(binary);
      assertThat(MemoryUnit.bytes(prefix + "B")).isEqualTo(BigInteger.TEN.pow(3 * power));
      assertThat(MemoryUnit.bytes((prefix + "B").toLowerCase(Locale.ROOT)))
          .isEqualTo(BigInteger.TEN.pow(3 * power));
    }
    assertThat(MemoryUnit.bytes("b")).isEqualTo(BigInteger.ONE);
    assertThat(MemoryUnit.bytes("bytes")).isEqualTo(BigInteger.ONE);
  }

  @Test
  void shouldRefuseOtherUnits() {
    for (String unit : new String[] {"", "X", "iB", "KiBi", "MBs", "Mi"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> MemoryUnit.bytes(unit))
          .withMessage("'" + unit + "' is not a unit of memory");
    }
  }

  @Test
  void shouldRoundAnyAmountUpToWholePages() throws DomainXmlException {
    long seed = System.nanoTime();
    System.out.println("MemoryUnitTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      String unit =
          random.nextInt(4) == 0
              ? "bytes"
              : PREFIXES.charAt(random.nextInt(3)) + (random.nextBoolean() ? "B" : "iB");
      long amount = 1 + random.nextInt(1_000_000);
      long exact = MemoryUnit.bytes(unit).multiply(BigInteger.valueOf(amount)).longValueExact();
      long bytes = memoryBytes(amount, unit);
      assertThat(bytes % 4096).as("%d %s", amount, unit).isZero();
      assertThat(bytes - exact).as("%d %s", amount, unit).isBetween(0L, 4095L);
    }
  }

  private static long memoryBytes(long amount, String unit) throws DomainXmlException {
    String xml =
        "<domain><name>a</name><memory unit='%s'>%d</memory><os><kernel>/k</kernel></os></domain>"
            .formatted(unit, amount);
    return DomainXml.parse("a.xml", xml.getBytes(StandardCharsets.UTF_8)).getMemoryBytes();
  }
}
