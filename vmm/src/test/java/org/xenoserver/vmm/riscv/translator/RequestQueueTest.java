package org.xenoserver.vmm.riscv.translator;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.TestCodePages;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.TranslationAllowance;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Place;
import org.xenoserver.vmm.riscv.translator.RequestQueue.Request;
import org.xenoserver.vmm.time.Clock;

class RequestQueueTest {
  private static final long NO_TIME = 0;

  private final RequestQueue queue = new RequestQueue();
  private final CodePage page = TestCodePages.empty();
  private final CodeView code = new NoCode();
  private final TranslatedRegion region = new TranslatedRegion(Nothing.class);

  @Test
  void shouldGiveWhatIsAskedForMostOftenFirst() throws Exception {
    ask(1, null);
    ask(2, null);
    ask(2, null);
    ask(3, null);

    assertThat(queue.take().at()).isEqualTo(2);
  }

  @Test
  void shouldGiveWhatBettersARegionFirst() throws Exception {
    ask(1, null);
    ask(1, null);
    ask(2, region);
    ask(3, region);

    assertThat(queue.take().at()).isEqualTo(2);
    assertThat(queue.take().at()).isEqualTo(3);
    assertThat(queue.take().at()).isEqualTo(1);
  }

  @Test
  void shouldGiveWhatBettersARegionAlone() {
    ask(1, null);
    ask(2, region);

    assertThat(queue.pollBetter()).isNotNull().extracting(Request::replaces).isSameAs(region);
    assertThat(queue.pollBetter()).isNull();
  }

  @Test
  void shouldGiveBothKindsForOnePlace() throws Exception {
    ask(1, null);
    ask(1, region);

    assertThat(queue.take().replaces()).isSameAs(region);
    assertThat(queue.take().replaces()).isNull();
    assertThat(queue.poll(NO_TIME)).isNull();
  }

  @Test
  void shouldRefuseWhatIsTooMuch() {
    int accepted = 0;
    while (accepted < 100_000 && ask(accepted, accepted % 2 == 0 ? null : region)) {
      accepted++;
    }

    assertThat(accepted).isBetween(1000, 99_999);
    assertThat(ask(0, null)).as("what waits already").isTrue();
    assertThat(ask(accepted, region)).as("another").isFalse();
  }

  private boolean ask(int at, @Nullable TranslatedRegion replaces) {
    return queue.ask(new Place(page, at), at, code, replaces);
  }

  private static final class NoCode implements CodeView {
    @Override
    public TranslationAllowance allowance() {
      return new TranslationAllowance(Clock.system());
    }

    @Override
    public @Nullable CodePage page(long virtual) {
      return null;
    }

    @Override
    public CodeView snapshot() {
      return this;
    }
  }

  /** Code that is not run. */
  private static final class Nothing {}
}
