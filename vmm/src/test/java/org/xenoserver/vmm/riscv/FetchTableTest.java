package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.time.Clock;

class FetchTableTest {
  private static final long MEBIBYTE = 1 << 20;

  private final FetchTable table = new FetchTable();
  private final TranslationAllowance allowance = new TranslationAllowance(Clock.system());

  private final List<CodePage> some =
      Stream.generate(() -> new CodePage(new byte[CodePage.BYTES])).limit(97).toList();
  private int taken;

  /** Another page than the last times. */
  private CodePage page() {
    return some.get(taken++ % some.size());
  }

  @Test
  void shouldKnowAllPagesOfALargeProgram() {
    Map<Long, CodePage> pages = new TreeMap<>();
    for (long address = 0; address < 128 * MEBIBYTE; address += CodePage.BYTES) {
      CodePage page = page();
      pages.put(address, page);
      assertThat(table.put(address, page)).isFalse();
    }
    assertThat(pages).allSatisfy((address, page) -> assertThat(table.get(address)).isSameAs(page));
  }

  @Test
  void shouldSayThatAPageHadToGo() {
    table.put(0, page());
    CodePage other = page();
    assertThat(table.put(1L << 40, other)).isTrue();
    assertThat(table.get(0)).isNull();
    assertThat(table.get(1L << 40)).isSameAs(other);
  }

  @Test
  void shouldSayThatAPageIsAnotherNow() {
    table.put(0x1000, page());
    assertThat(table.put(0x1000, page())).isTrue();
  }

  @Test
  void shouldShowWhatWasKnownWhenASnapshotWasTaken() {
    CodePage page = page();
    table.put(0x1000, page);
    CodeView snapshot = table.snapshot(allowance);
    table.put(0x2000, page());
    table.remove(0x1000);
    assertThat(snapshot.page(0x1ffe)).isSameAs(page);
    assertThat(snapshot.page(0x2000)).isNull();
    assertThat(table.snapshot(allowance).page(0x1000)).isNull();
    assertThat(table.snapshot(allowance).page(0x2000)).isNotNull();
  }

  @Test
  void shouldAgreeWithAMapWhateverIsDone() {
    long seed = System.nanoTime();
    System.out.println("FetchTableTest seed " + seed);
    Random random = new Random(seed);
    Map<Long, CodePage> expected = new TreeMap<>();
    for (int i = 0; i < 200_000; i++) {
      long address = (long) random.nextInt(20_000) << 12;
      switch (random.nextInt(1_000)) {
        case 0 -> {
          boolean any = table.clear();
          assertThat(any || expected.isEmpty()).isTrue();
          expected.clear();
        }
        case 1 -> {
          CodeView snapshot = table.snapshot(allowance);
          for (int j = 0; j < 20_000; j++) {
            assertThat(snapshot.page((long) j << 12)).isSameAs(expected.get((long) j << 12));
          }
        }
        default -> {
          if (random.nextBoolean()) {
            CodePage page = page();
            assertThat(table.put(address, page)).isEqualTo(expected.put(address, page) != null);
          } else {
            assertThat(table.remove(address)).isEqualTo(expected.remove(address) != null);
          }
          assertThat(table.get(address)).isSameAs(expected.get(address));
        }
      }
    }
  }
}
