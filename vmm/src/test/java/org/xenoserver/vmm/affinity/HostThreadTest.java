package org.xenoserver.vmm.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class HostThreadTest {
  @Test
  void shouldFindAThreadByItsNameAndByItself() throws Exception {
    Exchanger<HostThread> itself = new Exchanger<>();
    CountDownLatch found = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .name("sought-thread")
            .start(() -> {
              try {
                itself.exchange(HostThread.current().orElseThrow());
                found.await();
              } catch (InterruptedException _) {
                // The test has failed.
              }
            });
    HostThread expected = itself.exchange(null);

    assertThat(HostThread.named(Pattern.compile("sought-.*"))).containsExactly(expected);
    assertThat(HostThread.current()).get().isNotEqualTo(expected);

    found.countDown();
    thread.join();
  }

  @Test
  void shouldRunWhereItIsTold() {
    HostThread current = HostThread.current().orElseThrow();
    BitSet before = current.processors();
    BitSet last = new BitSet();
    last.set(before.length() - 1);
    try {
      current.runOn(last);
      assertThat(current.processors()).isEqualTo(last);
    } finally {
      current.runOn(before);
    }
    assertThat(current.processors()).isEqualTo(before);
  }

  @Test
  void shouldStayWhereItIsIfToldToRunNowhere() {
    HostThread current = HostThread.current().orElseThrow();
    BitSet before = current.processors();

    current.runOn(new BitSet());

    assertThat(before.cardinality()).isPositive();
    assertThat(current.processors()).isEqualTo(before);
  }
}
