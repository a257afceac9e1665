package org.xenoserver.vmm.hypervisor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SerialConsoleTest {
  private final SerialConsole console = new SerialConsole();

  @Test
  void shouldDeliverToEveryReaderInOrder() throws Exception {
    StringBuffer first = new StringBuffer();
    StringBuffer second = new StringBuffer();
    StringBuilder expected = new StringBuilder();
    try (AutoCloseable a = console.attach(false, bytes -> first.append(text(bytes)));
        AutoCloseable b = console.attach(false, bytes -> second.append(text(bytes)))) {
      for (int i = 0; i < 20_000; i++) {
        String line = i + "\n";
        expected.append(line);
        print(line);
      }
    }
    assertThat(first.toString()).as("closing delivers the rest").isEqualTo(expected.toString());
    assertThat(second.toString()).isEqualTo(expected.toString());
  }

  @Test
  void shouldReplayTheLastOfWhatWasWrittenBefore() throws Exception {
    long seed = System.nanoTime();
    System.out.println("SerialConsoleTest seed " + seed);
    Random random = new Random(seed);
    StringBuilder all = new StringBuilder();
    while (all.length() < 5 * SerialConsole.KEPT_BYTES) {
      String chunk = String.valueOf((char) ('a' + random.nextInt(26))).repeat(random.nextInt(9000));
      all.append(chunk);
      print(chunk);
      assertReplay(all.toString());
    }
    String huge = "xy".repeat(SerialConsole.KEPT_BYTES) + "z";
    print(huge);
    assertReplay(huge);
  }

  private void assertReplay(String all) throws Exception {
    StringBuffer replayed = new StringBuffer();
    console.attach(true, bytes -> replayed.append(text(bytes))).close();
    int kept = Math.min(all.length(), SerialConsole.KEPT_BYTES);
    assertThat(replayed.toString().equals(all.substring(all.length() - kept)))
        .as("replay after %d bytes", all.length())
        .isTrue();
  }

  @Test
  void shouldNotHoldUpTheGuestForAReaderThatBlocksAndTellItWhatItLost() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    StringBuffer seen = new StringBuffer();
    AutoCloseable attachment =
        console.attach(
            false,
            bytes -> {
              blocked.countDown();
              uninterruptibly(goOn);
              seen.append(text(bytes));
            });
    print("first");
    assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
    String chunk = "x".repeat(ConsoleAttachment.BACKLOG_BYTES);
    print(chunk);
    print("last");
    goOn.countDown();
    attachment.close();
    assertThat(seen.toString())
        .isEqualTo("first\r\n[16777216 bytes of console output lost]\r\nlast");
  }

  @Test
  void shouldDropOnlyAReaderThatFails() throws Exception {
    StringBuffer seen = new StringBuffer();
    try (AutoCloseable failing =
            console.attach(
                false,
                bytes -> {
                  throw new IllegalStateException("gone");
                });
        AutoCloseable fine = console.attach(false, bytes -> seen.append(text(bytes)))) {
      print("one");
      await().until(() -> seen.toString().equals("one"));
      print("two");
      await().until(() -> seen.toString().equals("onetwo"));
    }
  }

  @Test
  void shouldLetAReaderCloseItself() {
    StringBuffer seen = new StringBuffer();
    AutoCloseable[] attachment = new AutoCloseable[1];
    attachment[0] =
        console.attach(
            false,
            bytes -> {
              seen.append(text(bytes));
              close(attachment[0]);
            });
    print("one");
    await().until(() -> seen.toString().equals("one"));
    print("two");
    StringBuffer witness = new StringBuffer();
    close(console.attach(true, bytes -> witness.append(text(bytes))));
    assertThat(witness.toString()).isEqualTo("onetwo");
    assertThat(seen.toString()).isEqualTo("one");
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void print(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    console.output(bytes, 0, bytes.length);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
