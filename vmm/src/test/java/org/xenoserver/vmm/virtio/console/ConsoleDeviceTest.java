package org.xenoserver.vmm.virtio.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_EVENT_INDEX;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_VERSION_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.virtio.GuestDriver.Buffer;
import org.xenoserver.vmm.virtio.GuestDriver.Ring;
import org.xenoserver.vmm.virtio.RingGarbage;
import org.xenoserver.vmm.virtio.TestBoard;

final class ConsoleDeviceTest {
  private static final int DEVICE_READY = 0;
  private static final int DEVICE_ADD = 1;
  private static final int PORT_READY = 3;
  private static final int CONSOLE_PORT = 4;
  private static final int PORT_OPEN = 6;
  private static final int PORT_NAME = 7;
  private static final long MULTIPORT = 2;

  private record Message(int id, int event, int value, String text) {}

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final ConsoleDevice device =
      new ConsoleDevice((b, o, n) -> printed.write(b, o, n), (b, o, n) -> said.write(b, o, n));
  private final TestBoard board = new TestBoard(device);
  private final Ring[] rings = new Ring[6];

  @AfterEach
  void close() {
    board.close();
  }

  private void start(long features) {
    assertThat(board.driver.negotiate(features | FEATURE_VERSION_1 | FEATURE_EVENT_INDEX)).isTrue();
    for (int i = 0; i < rings.length; i++) {
      rings[i] = board.driver.ring(i, 32);
    }
    board.driver.start();
  }

  private void tell(int id, int event, int value) {
    ByteBuffer message = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(id).putShort((short) event).putShort((short) value);
    rings[3].add(board.driver.readable(message.array()));
    rings[3].awaitUsed(1);
  }

  private Message hear() {
    Buffer buffer = board.driver.writable(64);
    rings[2].add(buffer);
    int length = rings[2].awaitUsed(1).get(0);
    byte[] bytes = Arrays.copyOf(board.driver.bytes(buffer), length);
    ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String text = new String(bytes, 8, length - 8, UTF_8);
    return new Message(fields.getInt(0), fields.getShort(4), fields.getShort(6), text);
  }

  private String input(int queue, int length) {
    Buffer buffer = board.driver.writable(length);
    rings[queue].add(buffer);
    int used = rings[queue].awaitUsed(1).get(0);
    return new String(board.driver.bytes(buffer), 0, used, US_ASCII);
  }

  private int type(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return device.receive(bytes, 0, bytes.length);
  }

  private void openControlPort() {
    tell(0, DEVICE_READY, 1);
    hear();
    hear();
    tell(1, PORT_READY, 1);
    hear();
    hear();
    tell(1, PORT_OPEN, 1);
  }

  @Test
  void shouldAnnounceItsPorts() {
    start(MULTIPORT);
    assertThat(board.mmio.read(0x104, 4)).isEqualTo(2);
    tell(0, DEVICE_READY, 1);
    assertThat(hear()).isEqualTo(new Message(0, DEVICE_ADD, 1, ""));
    assertThat(hear()).isEqualTo(new Message(1, DEVICE_ADD, 1, ""));
    tell(0, PORT_READY, 1);
    assertThat(hear()).isEqualTo(new Message(0, CONSOLE_PORT, 1, ""));
    assertThat(hear()).isEqualTo(new Message(0, PORT_OPEN, 1, ""));
    tell(1, PORT_READY, 1);
    assertThat(hear()).isEqualTo(new Message(1, PORT_NAME, 1, "org.xenoserver.control"));
    assertThat(hear()).isEqualTo(new Message(1, PORT_OPEN, 1, ""));
  }

  @Test
  void shouldPrintAndTypeOnPortZero() {
    start(MULTIPORT);
    rings[1].add(
        board.driver.readable("hello ".getBytes(US_ASCII)),
        board.driver.readable("x".repeat(10_000).getBytes(US_ASCII)));
    rings[1].awaitUsed(1);
    assertThat(printed.toString(US_ASCII)).isEqualTo("hello " + "x".repeat(10_000));
    assertThat(device.counters().outputBytes()).isEqualTo(10_006);
    assertThat(type("typed")).isEqualTo(5);
    assertThat(input(0, 3)).isEqualTo("typ");
    assertThat(input(0, 30)).isEqualTo("ed");
    assertThat(device.counters().inputBytes()).isEqualTo(5);
  }

  @Test
  void shouldDeliverInputToABufferThatWaitsForIt() {
    start(MULTIPORT);
    Buffer buffer = board.driver.writable(16);
    rings[0].add(buffer);
    rings[0].notifyDevice();
    type("late");
    await().until(() -> rings[0].usedIndex() == 1);
    assertThat(new String(board.driver.bytes(buffer), US_ASCII)).startsWith("late");
  }

  @Test
  void shouldWorkAsAPlainConsoleForADriverWithOnePort() {
    assertThat(type("early")).isEqualTo(5);
    start(0);
    assertThat(input(0, 16)).isEqualTo("early");
    rings[1].add(board.driver.readable("out".getBytes(US_ASCII)));
    rings[1].awaitUsed(1);
    assertThat(printed.toString(US_ASCII)).isEqualTo("out");
    assertThat(device.send("poweroff\n".getBytes(US_ASCII))).isFalse();
  }

  @Test
  void shouldSendToTheControlPortOnlyWhileTheGuestHasItOpen() {
    byte[] message = "poweroff\n".getBytes(US_ASCII);
    start(MULTIPORT);
    assertThat(device.send(message)).isFalse();
    openControlPort();
    assertThat(device.send(message)).isTrue();
    assertThat(input(4, 32)).isEqualTo("poweroff\n");
    tell(1, PORT_OPEN, 0);
    assertThat(device.send(message)).isFalse();
    tell(1, PORT_OPEN, 1);
    assertThat(device.send(new byte[ConsolePort.INPUT_CAPACITY_BYTES + 1])).isFalse();
    assertThat(device.send(message)).isTrue();
    board.driver.set(0x070, 0);
    assertThat(device.send(message)).isFalse();
  }

  @Test
  void shouldNotDeliverToAnAgentWhatItsPredecessorDidNotRead() {
    start(MULTIPORT);
    openControlPort();
    assertThat(device.send("old\n".getBytes(US_ASCII))).isTrue();
    tell(1, PORT_OPEN, 0);
    tell(1, PORT_OPEN, 1);
    assertThat(device.send("new\n".getBytes(US_ASCII))).isTrue();
    assertThat(input(4, 32)).isEqualTo("new\n");
  }

  @Test
  void shouldHearTheGuestOnTheControlPort() {
    start(MULTIPORT);
    rings[5].add(board.driver.readable("up\n".getBytes(US_ASCII)));
    rings[5].awaitUsed(1);
    assertThat(said.toString(US_ASCII)).isEqualTo("up\n");
    assertThat(printed.size()).isZero();
  }

  @Test
  void shouldAnswerOnceTheDriverTakesAnswersHoweverMuchItAsks() {
    start(MULTIPORT);
    ByteBuffer ready = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) 1);
    Buffer message = board.driver.readable(ready.array());
    for (int i = 0; i < 30; i++) {
      rings[3].add(message);
    }
    rings[3].notifyDevice();
    for (int i = 0; i < 30; i++) {
      assertThat(hear().id()).isEqualTo(0);
      assertThat(hear().id()).isEqualTo(1);
    }
    assertThat(rings[3].usedIndex()).isEqualTo(30);
  }

  @Test
  void shouldIgnoreControlMessagesAboutPortsThatAreNotThere() {
    start(MULTIPORT);
    tell(2, PORT_READY, 1);
    tell(-1, PORT_OPEN, 1);
    tell(1, 99, 1);
    tell(0, PORT_READY, 1);
    assertThat(hear().event()).isEqualTo(CONSOLE_PORT);
    assertThat(board.driver.needsReset()).isFalse();
  }

  @Test
  void shouldRefuseInputBeyondItsBuffer() {
    byte[] much = new byte[ConsolePort.INPUT_CAPACITY_BYTES + 5];
    assertThat(device.receive(much, 0, much.length)).isEqualTo(ConsolePort.INPUT_CAPACITY_BYTES);
    assertThat(type("x")).isZero();
  }

  @Test
  void shouldSurviveGarbageInItsRings() throws InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ConsoleDeviceTest seed " + seed);
    assertThat(RingGarbage.feed(board, 6, new Random(seed), 500)).isBetween(10, 500);
  }
}
