package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.clustermanager.TestCluster.MIB;
import static org.xenoserver.clustermanager.TestCluster.domain;
import static org.xenoserver.clustermanager.TestCluster.named;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.ListDomainsRequest;
import org.xenoserver.proto.v1.ListHostsRequest;

final class DomainLifeTest {
  private TestCluster cluster;
  private ClusterManager manager;
  private DomainServiceBlockingStub domains;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1", "h2");
    manager = cluster.startManager();
    domains = cluster.domains(manager);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void shouldShowACreatedDomainAsItsHostHasIt() {
    assertThat(domains.createDomain(domain("a").build()).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_DEFINED);
    Domain started = domains.createDomain(domain("b").setStart(true).build());
    assertThat(started.getState()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(started.getEpoch()).isEqualTo(1);
    assertThat(started.getCreateTime().getSeconds()).isEqualTo(TestCluster.NOW.getEpochSecond());
    assertThat(domains.getDomain(named(started.getSpec().getUuid()))).isEqualTo(started);
    assertThat(domains.getDomain(named("b"))).isEqualTo(started);
  }

  @Test
  void shouldAlternateBetweenEqualHostsAndCountWhatIsPromised() {
    List<String> hosts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      hosts.add(domains.createDomain(domain("d" + i).build()).getHost());
    }
    assertThat(hosts).containsExactly("h1", "h2", "h1", "h2");
    List<Host> shown =
        HostServiceGrpc.newBlockingStub(cluster.to(manager))
            .listHosts(ListHostsRequest.getDefaultInstance())
            .getHostsList();
    assertThat(shown).extracting(Host::getDomains).containsExactly(2, 2);
    assertThat(shown)
        .extracting(Host::getMemoryAssignedBytes)
        .containsExactly(128 * MIB, 128 * MIB);
  }

  @Test
  void shouldNotPromiseTheSameMemoryToRequestsAtTheSameTime() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Domain>> created = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        CreateDomainRequest.Builder request = domain("big" + i);
        request.getSpecBuilder().setMemoryBytes(400 * MIB);
        Callable<Domain> call = () -> domains.createDomain(request.build());
        created.add(clients.submit(call));
      }
      int placed = 0;
      for (Future<Domain> domain : created) {
        try {
          domain.get();
          placed++;
        } catch (ExecutionException e) {
          assertThat(RpcFailure.from(Objects.requireNonNull(e.getCause())).code())
              .isEqualTo(ErrorCode.EXHAUSTED);
        }
      }
      assertThat(placed).isEqualTo(4);
    }
  }

  @Test
  void shouldRefuseATakenNameOrUuid() throws Exception {
    Domain first = domains.createDomain(domain("web").build());
    assertRefused(
        () -> domains.createDomain(domain("web").build()),
        ErrorCode.ALREADY_EXISTS,
        "the domain name 'web' is taken");
    CreateDomainRequest.Builder other = domain("other");
    other.getSpecBuilder().setUuid(first.getSpec().getUuid());
    assertRefused(
        () -> domains.createDomain(other.build()),
        ErrorCode.ALREADY_EXISTS,
        "the domain UUID " + first.getSpec().getUuid() + " is taken");
    assertThat(cluster.children(ZooKeeperLayout.DOMAINS)).hasSize(1);
  }

  @Test
  void shouldCreateOneOfTwoDomainsOfTheSameNameAtTheSameTime() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Domain>> created = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        created.add(clients.submit(() -> domains.createDomain(domain("same").build())));
      }
      int succeeded = 0;
      for (Future<Domain> domain : created) {
        try {
          domain.get();
          succeeded++;
        } catch (ExecutionException e) {
          assertThat(RpcFailure.from(Objects.requireNonNull(e.getCause())).code())
              .isEqualTo(ErrorCode.ALREADY_EXISTS);
        }
      }
      assertThat(succeeded).isEqualTo(1);
      assertThat(cluster.children(ZooKeeperLayout.DOMAINS)).hasSize(1);
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenNoHostTakesADomain() throws Exception {
    CreateDomainRequest.Builder huge = domain("huge");
    huge.getSpecBuilder().setMemoryBytes(4096 * MIB);
    assertRefused(
        () -> domains.createDomain(huge.build()),
        ErrorCode.EXHAUSTED,
        "domain 'huge' cannot be placed on any of 2 hosts: 2 by capacity (h1 has 1 GiB of 1 GiB memory free, 4 GiB asked for)");
    CreateDomainRequest.Builder kernelless = domain("kernelless");
    kernelless.getSpecBuilder().setKernel(FakeAgent.MISSING_KERNEL);
    assertRefused(
        () -> domains.createDomain(kernelless.build()),
        ErrorCode.NOT_FOUND,
        "kernel /boot/missing is not on host h1");
    CreateDomainRequest.Builder empty = domain("empty");
    empty.getSpecBuilder().setMemoryBytes(0);
    assertRefused(
        () -> domains.createDomain(empty.build()),
        ErrorCode.INVALID,
        "memory_bytes is 0; it must be a positive multiple of 4096");
    assertRefused(
        () -> domains.createDomain(domain("elsewhere").setHost("h9").build()),
        ErrorCode.NOT_FOUND,
        "there is no host 'h9'");

    assertThat(cluster.children(ZooKeeperLayout.DOMAINS)).isEmpty();
    assertThat(cluster.children(ZooKeeperLayout.assignments("h1"))).isEmpty();
    assertThat(cluster.children(ZooKeeperLayout.assignments("h2"))).isEmpty();
    assertThat(domains.listDomains(ListDomainsRequest.getDefaultInstance()).getDomainsList())
        .isEmpty();
  }

  @Test
  void shouldTakeTheNextHostWhenTheFirstLacksAFile() {
    cluster.host("h1").lose("/boot/Image");
    assertThat(domains.createDomain(domain("a").build()).getHost()).isEqualTo("h2");
    assertRefused(
        () -> domains.createDomain(domain("b").setHost("h1").build()),
        ErrorCode.NOT_FOUND,
        "kernel /boot/Image is not on host h1");
  }

  @Test
  void shouldFollowADomainThroughItsLife() throws Exception {
    domains.createDomain(domain("a").build());
    assertThat(domains.startDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(domains.pauseDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_PAUSED);
    assertThat(domains.unpauseDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(domains.shutdownDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_STOPPED);
    Domain again = domains.startDomain(named("a"));
    assertThat(again.getState()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(again.getEpoch()).isEqualTo(2);

    assertThat(domains.destroyDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_DESTROYED);
    assertRefused(
        () -> domains.getDomain(named("a")), ErrorCode.NOT_FOUND, "there is no domain 'a'");
    assertThat(cluster.children(ZooKeeperLayout.DOMAINS)).isEmpty();
    assertThat(cluster.children(ZooKeeperLayout.assignments("h1"))).isEmpty();
    await().until(() -> cluster.children(ZooKeeperLayout.statuses("h1")).isEmpty());
  }

  @Test
  void shouldRefuseWhatTheStateDoesNotAllow() {
    domains.createDomain(domain("a").build());
    assertRefused(
        () -> domains.pauseDomain(named("a")),
        ErrorCode.WRONG_STATE,
        "domain 'a' is DEFINED; only one that is RUNNING can be paused");
    domains.startDomain(named("a"));
    assertRefused(
        () -> domains.startDomain(named("a")),
        ErrorCode.WRONG_STATE,
        "domain 'a' is RUNNING; only one that is DEFINED or STOPPED or CRASHED can be started");
    assertRefused(
        () -> domains.unpauseDomain(named("nobody")),
        ErrorCode.NOT_FOUND,
        "there is no domain 'nobody'");
  }

  @Test
  void shouldPassOnThatAGuestDoesNotListen() {
    domains.createDomain(domain(FakeAgent.DEAF).setStart(true).build());
    assertRefused(
        () -> domains.shutdownDomain(named(FakeAgent.DEAF)),
        ErrorCode.WRONG_STATE,
        "the guest does not listen");
    await()
        .untilAsserted(() ->
            assertThat(domains.getDomain(named(FakeAgent.DEAF)).getReason())
                .as("what was wanted before is wanted again")
                .isEmpty());
  }

  @Test
  void shouldShowADomainThatCrashedByItself() throws Exception {
    Domain created = domains.createDomain(domain("a").setStart(true).build());
    cluster.host("h1").show(created, DomainState.DOMAIN_STATE_CRASHED, "guest access to nothing");
    await()
        .untilAsserted(() -> {
          Domain shown = domains.getDomain(named("a"));
          assertThat(shown.getState()).isEqualTo(DomainState.DOMAIN_STATE_CRASHED);
          assertThat(shown.getReason()).isEqualTo("guest access to nothing");
        });
  }

  static void assertRefused(ThrowingCallable call, ErrorCode code, String sentence) {
    assertThatThrownBy(call)
        .satisfies(failure -> {
          RpcFailure refusal = RpcFailure.from(failure);
          assertThat(refusal.code()).isEqualTo(code);
          assertThat(refusal.getMessage()).isEqualTo(sentence);
        });
  }
}
