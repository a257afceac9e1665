package org.xenoserver.clustermanager.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.LogSegment;

final class ClusterViewTest {
  private static final String UUID = "0b06b1ba-2b4d-4b6f-9d4c-9f3a5a1f0001";

  private final ClusterView view =
      new ClusterView(Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC));

  @Test
  void shouldShowADomainAsPendingUntilItsHostShowsItsEpoch() {
    view.change(rows -> rows.putLease("h1", Host.getDefaultInstance()));
    view.change(rows -> rows.putRecord(record(2, DesiredState.DESIRED_STATE_RUNNING)));
    assertThat(state()).isEqualTo(DomainState.DOMAIN_STATE_PENDING);
    view.change(rows -> rows.putStatus("h1", UUID, status(1, DomainState.DOMAIN_STATE_STOPPED)));
    assertThat(state()).isEqualTo(DomainState.DOMAIN_STATE_PENDING);
    view.change(rows -> rows.putStatus("h2", UUID, status(2, DomainState.DOMAIN_STATE_CRASHED)));
    assertThat(state()).isEqualTo(DomainState.DOMAIN_STATE_PENDING);
    view.change(rows -> rows.putStatus("h1", UUID, status(2, DomainState.DOMAIN_STATE_RUNNING)));
    assertThat(state()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
  }

  @Test
  void shouldShowADomainAsPendingWhatAnEarlierIncarnationOfItsHostTold() {
    Host lease = Host.newBuilder().setIncarnation("second").build();
    view.change(rows -> rows.putLease("h1", lease));
    view.change(rows -> rows.putRecord(record(1, DesiredState.DESIRED_STATE_RUNNING)));
    Domain told =
        status(1, DomainState.DOMAIN_STATE_RUNNING).toBuilder().setIncarnation("first").build();
    view.change(rows -> rows.putStatus("h1", UUID, told));
    assertThat(state()).isEqualTo(DomainState.DOMAIN_STATE_PENDING);
    view.change(
        rows -> rows.putStatus("h1", UUID, told.toBuilder().setIncarnation("second").build()));
    assertThat(state()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
  }

  @Test
  void shouldGiveEventsInOrderWithoutAGapOrSayThatTheyAreCompacted() throws Exception {
    view.put(ZooKeeperLayout.logSegment(4), segment(4, 5));
    view.put(ZooKeeperLayout.logSegment(3), segment(3, 3));
    view.put(ZooKeeperLayout.logSegment(7), segment(7, 7));
    assertThat(view.awaitEvents(3, Duration.ZERO))
        .extracting(Event::getRevision)
        .as("6 is not known yet")
        .containsExactly(3L, 4L, 5L);
    view.put(ZooKeeperLayout.logSegment(6), segment(6, 6));
    assertThat(view.awaitEvents(5, Duration.ZERO))
        .extracting(Event::getRevision)
        .containsExactly(5L, 6L, 7L);
    assertThatThrownBy(() -> view.awaitEvents(2, Duration.ZERO))
        .hasMessage("revision 2 is compacted; the oldest that is kept is 3");
  }

  private static byte[] segment(long first, long last) {
    LogSegment.Builder segment = LogSegment.newBuilder();
    for (long revision = first; revision <= last; revision++) {
      segment.addEvents(Event.newBuilder().setRevision(revision));
    }
    return segment.build().toByteArray();
  }

  @Test
  void shouldFindADomainByItsNameAndItsUuidInAnyCase() {
    view.change(rows -> rows.putRecord(record(1, DesiredState.DESIRED_STATE_RUNNING)));
    assertThat(List.of(view.find("a"), view.find(UUID), view.find(UUID.toUpperCase(Locale.ROOT))))
        .allMatch(Optional::isPresent);
    assertThat(view.find("b")).isEmpty();
  }

  @Test
  void shouldTellAReaderThatFellBehindAfterWhatItHadRoomFor() throws Exception {
    try (Subscription<Host> subscription = view.watchHosts()) {
      for (int i = 0; i <= Subscription.CAPACITY; i++) {
        String address = "h1:" + i;
        view.change(
            rows -> rows.putRegistration("h1", Host.newBuilder().setAddress(address).build()));
      }
      for (int i = 0; i < Subscription.CAPACITY; i++) {
        assertThat(subscription.take().getAddress()).isEqualTo("h1:" + i);
      }
      assertThatThrownBy(subscription::take)
          .isInstanceOfSatisfying(
              RpcFailure.class,
              failure -> assertThat(failure.code()).isEqualTo(ErrorCode.SLOW_READER));
    }
  }

  private DomainState state() {
    return view.find("a").map(DomainEntry::state).orElse(DomainState.DOMAIN_STATE_UNSPECIFIED);
  }

  private static DomainRecord record(long epoch, DesiredState desired) {
    return DomainRecord.newBuilder()
        .setSpec(DomainSpec.newBuilder().setName("a").setUuid(UUID))
        .setHost("h1")
        .setEpoch(epoch)
        .setDesired(desired)
        .build();
  }

  private static Domain status(long epoch, DomainState state) {
    return Domain.newBuilder().setEpoch(epoch).setState(state).build();
  }
}
