package org.xenoserver.vmm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestMemoryTest {
  private static final long BASE = 0x8000_0000L;
  private static final long SIZE = 1 << 20;
  private final GuestMemory memory;

  GuestMemoryTest() throws IOException {
    memory = GuestMemory.allocate(BASE, SIZE);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void shouldBeginZeroedAndKeepWhatIsWritten() {
    assertThat(memory.getLong(BASE + SIZE - 8)).isZero();
    memory.putLong(BASE + 1, 0x1122334455667788L);
    memory.putInt(BASE + 16, 0xcafebabe);
    memory.putShort(BASE + 20, (short) 0x1234);
    memory.putByte(BASE + 22, (byte) 7);
    assertThat(memory.getByte(BASE + 1)).as("little-endian").isEqualTo((byte) 0x88);
    assertThat(memory.getShort(BASE + 2)).isEqualTo((short) 0x6677);
    assertThat(memory.getLong(BASE + 16)).isEqualTo(0x00071234cafebabeL);
    byte[] bytes = new byte[4];
    memory.read(BASE + 16, bytes, 1, 2);
    assertThat(bytes).containsExactly(0, 0xbe, 0xba, 0);
    memory.write(BASE + 17, bytes, 0, 1);
    assertThat(memory.getInt(BASE + 16)).isEqualTo(0xcafe00be);
    assertThat(memory.slice(BASE + 16, 8).get(ValueLayout.JAVA_BYTE, 1)).isZero();
    assertThat(RawMemory.getInt(memory.hostAddress(BASE + 16))).isEqualTo(0xcafe00be);
  }

  @Test
  void shouldKnowWhatItContains() {
    assertThat(memory.contains(BASE, SIZE)).isTrue();
    assertThat(memory.contains(BASE + SIZE, 0)).isTrue();
    assertThat(memory.contains(BASE - 1, 1)).isFalse();
    assertThat(memory.contains(BASE + SIZE - 3, 4)).isFalse();
    assertThat(memory.contains(BASE, -1)).isFalse();
    assertThat(memory.contains(BASE, Long.MAX_VALUE)).isFalse();
    assertThat(memory.contains(Long.MIN_VALUE, 1)).isFalse();
    assertThat(memory.contains(-1, 1)).isFalse();
  }

  @Test
  void shouldRefuseAccessOutsideWithOneSentence() {
    assertThatThrownBy(() -> memory.putInt(BASE + SIZE - 2, 1))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("guest physical 0x800ffffe+4 is outside RAM 0x80000000+0x100000");
    assertThatThrownBy(() -> memory.getByte(BASE - 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> memory.slice(BASE, SIZE + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(memory.getShort(BASE + SIZE - 2)).isZero();
  }
}
