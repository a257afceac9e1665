package org.xenoserver.vmm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class ConsecutiveFieldsTest {
  @Test
  void shouldFindAFieldByItsNumber() {
    ConsecutiveFields fields = ConsecutiveFields.of(Three.class, "field", 3);
    Three three = new Three();
    RawMemory.putLong(three, fields.first() + 2 * fields.bytes(), 7);
    assertThat(three.field2).isEqualTo(7);
    assertThat(fields.bytes()).isEqualTo(Long.BYTES);
  }

  @Test
  void shouldRefuseMoreThanThereAre() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ConsecutiveFields.of(Three.class, "field", 4));
  }

  @SuppressWarnings("UnusedVariable") // Found by number.
  private static final class Three {
    long field0;
    long field1;
    long field2;
  }
}
