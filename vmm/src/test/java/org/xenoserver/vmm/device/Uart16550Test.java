package org.xenoserver.vmm.device;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class Uart16550Test {
  private static final int DATA = 0;
  private static final int IER = 1;
  private static final int IIR = 2;
  private static final int FCR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;
  private static final int SCR = 7;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private boolean interrupt;
  private final Uart16550 uart =
      new Uart16550(asserted -> interrupt = asserted, (b, o, n) -> printed.write(b, o, n));

  private int read(int register) {
    return (int) uart.read(register, 1);
  }

  private void write(int register, int value) {
    uart.write(register, 1, value);
  }

  private int type(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return uart.receive(bytes, 0, bytes.length);
  }

  private String readAll() {
    StringBuilder text = new StringBuilder();
    while ((read(LSR) & 1) != 0) {
      text.append((char) read(DATA));
    }
    return text.toString();
  }

  @Test
  void shouldPrintWhatIsPolledOutAndAlwaysBeReadyForMore() {
    for (char c : "hello\n".toCharArray()) {
      assertThat(read(LSR) & 0x60).isEqualTo(0x60);
      write(DATA, c);
    }
    assertThat(printed.toString(US_ASCII)).isEqualTo("hello\n");
    assertThat(interrupt).isFalse();
  }

  @Test
  void shouldDeliverInputInOrderThroughTheFifo() {
    write(FCR, 0x01);
    String text = "a line longer than the sixteen bytes of the FIFO";
    assertThat(type(text)).isEqualTo(text.length());
    assertThat(readAll()).isEqualTo(text);
    assertThat(read(DATA)).isZero();
  }

  @Test
  void shouldRefuseInputBeyondItsBuffer() {
    byte[] much = new byte[Uart16550.INPUT_CAPACITY_BYTES + 100];
    assertThat(uart.receive(much, 0, much.length)).isEqualTo(Uart16550.INPUT_CAPACITY_BYTES);
    assertThat(uart.receive(much, 0, 1)).isZero();
  }

  @Test
  void shouldTellDataAboveTheTriggerFromATimeout() {
    write(FCR, 0x41);
    write(IER, 0x01);
    assertThat(interrupt).isFalse();
    type("abc");
    assertThat(interrupt).isTrue();
    assertThat(read(IIR)).isEqualTo(0xcc);
    type("d");
    assertThat(read(IIR)).isEqualTo(0xc4);
    assertThat(readAll()).isEqualTo("abcd");
    assertThat(interrupt).isFalse();
    assertThat(read(IIR)).isEqualTo(0xc1);
  }

  @Test
  void shouldAskForMoreToSendEachTimeTheInterruptIsTurnedOn() {
    for (int round = 0; round < 2; round++) {
      write(IER, 0x02);
      assertThat(interrupt).isTrue();
      assertThat(read(IIR)).isEqualTo(0x02);
      assertThat(interrupt).isFalse();
      assertThat(read(IIR)).isEqualTo(0x01);
      write(IER, 0);
    }
  }

  @Test
  void shouldAskForMoreToSendAfterEachByte() {
    write(IER, 0x02);
    read(IIR);
    write(DATA, 'x');
    assertThat(interrupt).isTrue();
    assertThat(read(IIR)).isEqualTo(0x02);
    assertThat(interrupt).isFalse();
  }

  @Test
  void shouldShowTheModemLinesItDrivesInLoopbackAndNotPrint() {
    write(MCR, 0x1a);
    assertThat(read(MSR) & 0xf0).isEqualTo(0x90);
    write(DATA, 'L');
    assertThat(printed.size()).isZero();
    assertThat(read(LSR) & 1).isEqualTo(1);
    assertThat(read(DATA)).isEqualTo('L');
    write(MCR, 0x0b);
    assertThat(read(MSR)).isEqualTo(0xb0);
  }

  @Test
  void shouldReportAnOverrunOnceInLoopback() {
    write(FCR, 0x01);
    write(MCR, 0x10);
    write(IER, 0x04);
    for (int i = 0; i < 17; i++) {
      write(DATA, 'a' + i);
    }
    assertThat(interrupt).isTrue();
    assertThat(read(IIR)).isEqualTo(0xc6);
    assertThat(read(LSR) & 0x02).isEqualTo(0x02);
    assertThat(read(LSR) & 0x02).isZero();
    assertThat(interrupt).isFalse();
    assertThat(readAll()).isEqualTo("abcdefghijklmnop");
  }

  @Test
  void shouldKeepTheDivisorApartFromDataAndInterruptEnable() {
    write(IER, 0x05);
    write(LCR, 0x83);
    write(DATA, 0x34);
    write(IER, 0x12);
    assertThat(read(DATA)).isEqualTo(0x34);
    assertThat(read(IER)).isEqualTo(0x12);
    write(LCR, 0x03);
    assertThat(read(IER)).isEqualTo(0x05);
    assertThat(printed.size()).isZero();
  }

  @Test
  void shouldLookLikeA16550AToAProbe() {
    write(IER, 0xff);
    assertThat(read(IER)).isEqualTo(0x0f);
    write(IER, 0);
    write(SCR, 0x5a);
    assertThat(read(SCR)).isEqualTo(0x5a);
    assertThat(read(IIR) & 0xc0).isZero();
    write(FCR, 0x01);
    assertThat(read(IIR) & 0xe0).isEqualTo(0xc0);
  }

  @Test
  void shouldKeepWhatWasTypedAheadWhileTheGuestStartsThePort() {
    type("ls\n");
    write(MCR, 0x00);
    read(LSR);
    write(MCR, 0x09);
    write(FCR, 0x01);
    write(FCR, 0x07);
    write(FCR, 0x00);
    read(LSR);
    read(DATA);
    read(IIR);
    write(IER, 0x05);
    write(FCR, 0x01);
    write(FCR, 0x81);
    write(MCR, 0x0b);
    assertThat(interrupt).isTrue();
    assertThat(readAll()).isEqualTo("ls\n");
  }

  @Test
  void shouldDropWhatTheGuestHasSeenWhenTheFifoIsCleared() {
    write(FCR, 0x01);
    write(IER, 0x01);
    type("old");
    assertThat(read(LSR) & 1).isEqualTo(1);
    write(FCR, 0x03);
    assertThat(interrupt).isFalse();
    type("new");
    assertThat(readAll()).isEqualTo("new");
  }
}
