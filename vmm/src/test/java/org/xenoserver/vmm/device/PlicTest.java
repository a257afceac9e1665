package org.xenoserver.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.bus.InterruptLine;

final class PlicTest {
  private static final int PENDING = 0x1000;
  private static final int ENABLE = 0x2000;

  private final boolean[] wire = new boolean[4];
  private final Plic plic = new Plic(wires());

  private List<InterruptLine> wires() {
    List<InterruptLine> lines = new ArrayList<>();
    for (int i = 0; i < wire.length; i++) {
      int context = i;
      lines.add(asserted -> wire[context] = asserted);
    }
    return lines;
  }

  private int read(long offset) {
    return (int) plic.read(offset, 4);
  }

  private void write(long offset, int value) {
    plic.write(offset, 4, Integer.toUnsignedLong(value));
  }

  private static long threshold(int context) {
    return 0x200000 + context * 0x1000L;
  }

  private static long claim(int context) {
    return threshold(context) + 4;
  }

  private void enable(int context, int irq, int priority) {
    long word = ENABLE + context * 0x80L + irq / 32 * 4L;
    write(word, read(word) | 1 << irq % 32);
    write(irq * 4L, priority);
  }

  @Test
  void shouldInterruptOnlyContextsThatEnabledTheSource() {
    enable(1, 10, 1);
    plic.source(10).set(true);
    assertThat(wire).containsExactly(false, true, false, false);
    assertThat(read(PENDING)).isEqualTo(1 << 10);
    enable(2, 10, 1);
    assertThat(wire).containsExactly(false, true, true, false);
  }

  @Test
  void shouldBePendingAgainOnCompletionWhileTheWireIsHigh() {
    enable(1, 33, 1);
    plic.source(33).set(true);
    assertThat(read(claim(1))).isEqualTo(33);
    assertThat(wire[1]).isFalse();
    assertThat(read(PENDING + 4)).isZero();
    assertThat(read(claim(1))).isZero();
    write(claim(1), 33);
    assertThat(wire[1]).isTrue();
    assertThat(read(claim(1))).isEqualTo(33);
    plic.source(33).set(false);
    write(claim(1), 33);
    assertThat(wire[1]).isFalse();
  }

  @Test
  void shouldClaimByPriorityThenByNumber() {
    enable(0, 5, 2);
    enable(0, 7, 6);
    enable(0, 95, 6);
    plic.source(5).set(true);
    plic.source(95).set(true);
    plic.source(7).set(true);
    assertThat(read(claim(0))).isEqualTo(7);
    assertThat(read(claim(0))).isEqualTo(95);
    assertThat(read(claim(0))).isEqualTo(5);
    assertThat(read(claim(0))).isZero();
  }

  @Test
  void shouldHoldBackSourcesUpToTheThresholdButLetThemBeClaimed() {
    enable(3, 8, 3);
    write(threshold(3), 3);
    plic.source(8).set(true);
    assertThat(wire[3]).isFalse();
    write(threshold(3), 2);
    assertThat(wire[3]).isTrue();
    write(threshold(3), 7);
    assertThat(read(claim(3))).isEqualTo(8);
  }

  @Test
  void shouldNeverInterruptAtPriorityZero() {
    enable(1, 4, 0);
    plic.source(4).set(true);
    assertThat(wire[1]).isFalse();
    assertThat(read(claim(1))).isZero();
    assertThat(read(PENDING)).isEqualTo(1 << 4);
  }

  @Test
  void shouldIgnoreACompletionFromAContextThatDidNotEnableTheSource() {
    enable(1, 6, 1);
    plic.source(6).set(true);
    assertThat(read(claim(1))).isEqualTo(6);
    write(claim(0), 6);
    write(claim(1), 0);
    write(claim(1), 1000);
    assertThat(wire[1]).isFalse();
    write(claim(1), 6);
    assertThat(wire[1]).isTrue();
  }

  @Test
  void shouldKeepOnlyThePriorityBitsThatExist() {
    write(4, 0xff);
    assertThat(read(4)).isEqualTo(7);
    write(0, 7);
    assertThat(read(0)).isZero();
    write(ENABLE, -1);
    assertThat(read(ENABLE)).isEqualTo(~1);
  }

  @Test
  void shouldIgnoreAccessesOutsideItsRegisters() {
    for (long offset = 0; offset < Plic.RANGE_BYTES; offset += 0x7c) {
      plic.write(offset, 4, 0xffff_ffffL);
      plic.write(offset, 8, -1);
      plic.read(offset, 4);
      assertThat(plic.read(offset, 8)).isZero();
    }
    assertThatThrownBy(() -> plic.source(96)).hasMessageContaining("1 to 95");
  }
}
