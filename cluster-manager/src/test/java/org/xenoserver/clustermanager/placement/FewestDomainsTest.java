package org.xenoserver.clustermanager.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.v1.DomainSpec;

final class FewestDomainsTest {
  private static final long MIB = 1 << 20;
  private final FewestDomains policy = new FewestDomains();

  @Test
  void shouldAlternateBetweenTwoEqualHosts() {
    List<String> chosen = new ArrayList<>();
    HostCapacity first = host("h1", 1024, 0, 0);
    HostCapacity second = host("h2", 1024, 0, 0);
    for (int i = 0; i < 4; i++) {
      Placement placement = policy.place(List.of(second, first), domain(128));
      assertThat(placement).isInstanceOf(Placement.Chosen.class);
      String host = ((Placement.Chosen) placement).host();
      chosen.add(host);
      first = host.equals("h1") ? withOneMore(first) : first;
      second = host.equals("h2") ? withOneMore(second) : second;
    }
    assertThat(chosen).containsExactly("h1", "h2", "h1", "h2");
  }

  @Test
  void shouldPreferMoreFreeMemoryAmongEquallyFilledHosts() {
    assertThat(
            policy.place(List.of(host("h1", 1024, 512, 1), host("h2", 1024, 256, 1)), domain(64)))
        .isEqualTo(new Placement.Chosen("h2"));
  }

  @Test
  void shouldSkipAHostWhoseMemoryIsPromised() {
    assertThat(
            policy.place(List.of(host("h1", 1024, 1000, 0), host("h2", 1024, 256, 9)), domain(64)))
        .isEqualTo(new Placement.Chosen("h2"));
  }

  @Test
  void shouldFillAHostToTheLastByte() {
    assertThat(policy.place(List.of(host("h1", 1024, 960, 5)), domain(64)))
        .isEqualTo(new Placement.Chosen("h1"));
  }

  @Test
  void shouldNameTheLargestHostWhenNoneCouldEverHoldTheDomain() {
    assertThat(policy.place(List.of(host("h1", 512, 0, 0), host("h2", 1536, 0, 0)), domain(4096)))
        .isEqualTo(
            new Placement.NoRoom(
                "domain 'd' asks for 4 GiB of memory, and the largest host, h2, has 1.5 GiB"
                    + " in all"));
  }

  @Test
  void shouldNameTheHostWithMostLeftWhenAllAreFull() {
    assertThat(policy.place(List.of(host("h1", 512, 512, 4), host("h2", 512, 448, 7)), domain(128)))
        .isEqualTo(
            new Placement.NoRoom(
                "domain 'd' asks for 128 MiB of memory, and the host with most left, h2, has"
                    + " 64 MiB of 512 MiB free"));
  }

  @Test
  void shouldSayThatNoHostIsUp() {
    assertThat(policy.place(List.of(), domain(128)))
        .isEqualTo(new Placement.NoHost("no host is up to take domain 'd'"));
  }

  @Test
  void shouldTakeAHostThatPromisedMoreThanItHasAsFull() {
    assertThat(host("h1", 512, 1024, 3).freeBytes()).isZero();
  }

  private static HostCapacity host(String name, long memoryMib, long promisedMib, int domains) {
    return new HostCapacity(name, 2, memoryMib * MIB, promisedMib * MIB, domains, domains);
  }

  private static HostCapacity withOneMore(HostCapacity host) {
    return new HostCapacity(
        host.host(),
        host.processors(),
        host.memoryBytes(),
        host.promisedBytes() + 128 * MIB,
        host.promisedVcpus() + 1,
        host.domains() + 1);
  }

  private static DomainSpec domain(long memoryMib) {
    return DomainSpec.newBuilder().setName("d").setMemoryBytes(memoryMib * MIB).setVcpus(1).build();
  }
}
