package org.xenoserver.vmm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class ConsecutiveFieldsTest {
  @Test
  void shouldFindAFieldByItsNumber() {
    long first = ConsecutiveFields.first(Three.class, "field", 3);
    Three three = new Three();
    RawMemory.putLong(three, first + 2 * Long.BYTES, 7);
    assertThat(three.field2).isEqualTo(7);
  }

  @Test
  void shouldRefuseMoreThanThereAre() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ConsecutiveFields.first(Three.class, "field", 4));
  }

  @SuppressWarnings("UnusedVariable") // Found by number.
  private static final class Three {
    long field0;
    long field1;
    long field2;
  }
}
