package org.xenoserver.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestFinisherTest {
  private final List<String> heard = new ArrayList<>();
  private final TestFinisher finisher =
      new TestFinisher(
          new TestFinisher.Listener() {
            @Override
            public void finished(int status) {
              heard.add("finished " + status);
            }

            @Override
            public void reset() {
              heard.add("reset");
            }
          });

  @Test
  void shouldTellPassFailureAndReset() {
    finisher.write(0, 4, 0x5555);
    finisher.write(0, 4, 0x2a_3333);
    finisher.write(0, 2, 0x7777);
    assertThat(heard).containsExactly("finished 0", "finished 42", "reset");
  }

  @Test
  void shouldIgnoreOtherValuesAndPlaces() {
    finisher.write(0, 4, 0x1234);
    finisher.write(4, 4, 0x5555);
    finisher.write(0, 1, 0x55);
    assertThat(finisher.read(0, 4)).isZero();
    assertThat(heard).isEmpty();
  }
}
