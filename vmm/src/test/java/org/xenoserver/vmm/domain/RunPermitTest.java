package org.xenoserver.vmm.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.time.ManualClock;

class RunPermitTest {
  private final ManualClock clock = new ManualClock(-1000);

  @Test
  void shouldHoldUntilItsDeadlineAndNotAtIt() {
    RunPermit permit = RunPermit.untilProven(clock);
    assertThat(permit.holds()).isFalse();
    permit.extendTo(-900);
    assertThat(permit.holds()).isTrue();
    clock.advance(99);
    assertThat(permit.holds()).isTrue();
    clock.advance(1);
    assertThat(permit.holds()).isFalse();
  }

  @Test
  void shouldNotBeShortenedByALateProof() {
    RunPermit permit = RunPermit.untilProven(clock);
    permit.extendTo(500);
    permit.extendTo(100);
    assertThat(permit.deadlineNs()).isEqualTo(500);
  }

  @Test
  void shouldEndWhenRevokedAndBeginAgainWithTheNextProof() {
    RunPermit permit = RunPermit.untilProven(clock);
    permit.extendTo(500);
    permit.revoke();
    assertThat(permit.holds()).isFalse();
    permit.extendTo(400);
    assertThat(permit.deadlineNs()).isEqualTo(400);
    assertThat(permit.holds()).isTrue();
  }

  @Test
  void shouldTellOfChangesAloneAndOnlyWhileListenedTo() {
    RunPermit permit = RunPermit.untilProven(clock);
    AtomicInteger changes = new AtomicInteger();
    RunPermit.Registration registration = permit.onChange(changes::incrementAndGet);
    permit.extendTo(500);
    permit.extendTo(500);
    permit.extendTo(400);
    assertThat(changes).hasValue(1);
    permit.revoke();
    assertThat(changes).hasValue(2);
    registration.close();
    permit.extendTo(600);
    assertThat(changes).hasValue(2);
  }

  @Test
  void shouldNeverExpireWhereThereIsNoCluster() {
    assertThat(RunPermit.unlimited().holds()).isTrue();
    assertThat(RunPermit.unlimited().deadlineNs()).isEqualTo(Long.MAX_VALUE);
  }
}
