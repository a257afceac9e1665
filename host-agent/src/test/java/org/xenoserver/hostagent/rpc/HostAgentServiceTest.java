package org.xenoserver.hostagent.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.hostagent.HostAgent;
import org.xenoserver.hostagent.HostAgentConfig;
import org.xenoserver.hostagent.domains.FakeDomain;
import org.xenoserver.hostagent.domains.FakeHypervisor;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.CheckHostDomainRequest;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.CreateHostDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.GetHostInfoRequest;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;
import org.xenoserver.proto.v1.HostDomainRequest;
import org.xenoserver.proto.v1.ListHostDomainsRequest;
import org.xenoserver.proto.v1.StreamUsageRequest;
import org.xenoserver.proto.v1.UsageRecord;
import org.xenoserver.proto.v1.UsageReport;
import org.xenoserver.proto.v1.WatchHostDomainsRequest;
import org.xenoserver.vmm.domain.RunPermit;

final class HostAgentServiceTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;
  private final FakeHypervisor hypervisor = new FakeHypervisor(1024 * MIB);
  private HostAgent agent;
  private ManagedChannel channel;
  private HostAgentServiceGrpc.HostAgentServiceBlockingStub calls;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectories(folder.resolve("debian"));
    Files.writeString(folder.resolve("debian/kernel"), "k");
    HostAgentConfig config =
        new HostAgentConfig(
            "h1",
            new Endpoint("127.0.0.1", 0),
            null,
            null,
            Duration.ofSeconds(5),
            null,
            null,
            folder);
    agent = new HostAgent(config, hypervisor, RunPermit.unlimited(), InstantSource.system());
    agent.start();
    channel = Channels.open(agent.endpoint());
    calls = HostAgentServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    agent.close();
    assertThat(hypervisor.closed()).isTrue();
  }

  private static DomainSpec.Builder spec(String name) {
    return DomainSpec.newBuilder()
        .setName(name)
        .setMemoryBytes(64 * MIB)
        .setVcpus(1)
        .setKernel("image:debian");
  }

  private Domain create(String name, boolean start) {
    return calls.createHostDomain(
        CreateHostDomainRequest.newBuilder().setSpec(spec(name)).setStart(start).build());
  }

  private static HostDomainRequest domain(String nameOrUuid) {
    return HostDomainRequest.newBuilder().setDomain(nameOrUuid).build();
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code, String sentence) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isNotNull();
    RpcFailure failure = RpcFailure.from(thrown);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(sentence);
  }

  @Test
  void shouldTakeADomainThroughItsLife() {
    Domain created = create("web", false);
    assertThat(created.getState()).isEqualTo(DomainState.DOMAIN_STATE_DEFINED);
    assertThat(created.getHost()).isEqualTo("h1");
    String uuid = created.getSpec().getUuid();
    assertThat(calls.startHostDomain(domain("web")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(calls.pauseHostDomain(domain(uuid)).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_PAUSED);
    assertThat(calls.unpauseHostDomain(domain("web")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(calls.shutdownHostDomain(domain("web")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_SHUTTING_DOWN);
    hypervisor.guest("web").powerOff(3);
    Domain stopped = calls.getHostDomain(domain("web"));
    assertThat(stopped.getState()).isEqualTo(DomainState.DOMAIN_STATE_STOPPED);
    assertThat(stopped.getExitStatus()).isEqualTo(3);
    assertThat(calls.destroyHostDomain(domain("web")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_DESTROYED);
    assertThat(calls.listHostDomains(ListHostDomainsRequest.getDefaultInstance()).getDomainsList())
        .isEmpty();
  }

  @Test
  void shouldDescribeItsHost() {
    create("web", true);
    Host host = calls.getHostInfo(GetHostInfoRequest.getDefaultInstance());
    assertThat(host.getName()).isEqualTo("h1");
    assertThat(host.getAddress()).isEqualTo(agent.endpoint().toString());
    assertThat(host.getMemoryAssignedBytes()).isEqualTo(64 * MIB);
    assertThat(host.getDomains()).isEqualTo(1);
    assertThat(host.getVersion()).isNotEmpty().doesNotContain("$");
  }

  @Test
  void shouldRefuseInOneSentenceAndLeaveNothingBehind() {
    create("web", false);
    assertRefused(() -> create("web", true), ErrorCode.ALREADY_EXISTS, "'web'");
    assertRefused(() -> create("-x", true), ErrorCode.INVALID, "name is '-x'; it must be 1 to 63");
    assertRefused(() -> calls.getHostDomain(domain("none")), ErrorCode.NOT_FOUND, "'none'");
    assertRefused(() -> calls.pauseHostDomain(domain("web")), ErrorCode.WRONG_STATE, "DEFINED");
    assertRefused(
        () -> check(spec("a").setKernel("/no/such/kernel")),
        ErrorCode.NOT_FOUND,
        "/no/such/kernel");
    assertRefused(
        () -> check(spec("a").setKernel("image:suse")), ErrorCode.NOT_FOUND, "image:suse");
    assertRefused(
        () -> check(spec("a").setMemoryBytes(0)),
        ErrorCode.INVALID,
        "memory_bytes is 0; it must be a positive multiple of 4096");
    assertRefused(
        () -> check(spec("a").setMemoryBytes(4096 * MIB)), ErrorCode.EXHAUSTED, "memory of 'a'");
    check(spec("a"));
    assertThat(calls.listHostDomains(ListHostDomainsRequest.getDefaultInstance()).getDomainsList())
        .hasSize(1);
  }

  private void check(DomainSpec.Builder spec) {
    var _ = calls.checkHostDomain(CheckHostDomainRequest.newBuilder().setSpec(spec).build());
  }

  private Answers<WatchHostDomainsRequest, DomainEvent> watch(boolean reads) {
    Answers<WatchHostDomainsRequest, DomainEvent> answers = new Answers<>(reads);
    HostAgentServiceGrpc.newStub(channel)
        .watchHostDomains(WatchHostDomainsRequest.getDefaultInstance(), answers);
    return answers;
  }

  @Test
  void shouldWatchASnapshotAndThenEveryChangeInOrder() throws Exception {
    create("old", true);
    Answers<?, DomainEvent> events = watch(true);
    DomainEvent first = events.next();
    assertThat(first.getSnapshot()).isTrue();
    assertThat(first.getDomain().getSpec().getName()).isEqualTo("old");
    assertThat(events.next().getSnapshotEnd()).isTrue();
    create("new", true);
    hypervisor.guest("new").crash("it divided by zero");
    calls.destroyHostDomain(domain("new"));
    List<DomainState> states = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      states.add(events.next().getDomain().getState());
    }
    assertThat(states)
        .containsExactly(
            DomainState.DOMAIN_STATE_DEFINED,
            DomainState.DOMAIN_STATE_RUNNING,
            DomainState.DOMAIN_STATE_CRASHED,
            DomainState.DOMAIN_STATE_DESTROYED);
    agent.close();
    DomainEvent last = events.next();
    assertThat(last.getDomain().getState()).isEqualTo(DomainState.DOMAIN_STATE_DESTROYED);
    events.completed();
  }

  @Test
  void shouldEndAWatchThatIsNotRead() throws Exception {
    create("busy", true);
    Answers<?, DomainEvent> slow = watch(false);
    slow.next();
    // More than the connection's own buffers and the queue hold together.
    for (int i = 0; i < 20 * WatchSession.BOUND; i++) {
      hypervisor.guest("busy").powerOff(i);
    }
    slow.readOn();
    assertThat(slow.failure().code()).isEqualTo(ErrorCode.SLOW_READER);
  }

  @Test
  void shouldCarryTheConsoleBothWaysUntilTheDomainIsGone() throws Exception {
    create("web", true);
    FakeDomain guest = hypervisor.guest("web");
    guest.console().print("booting\n");
    Answers<ConsoleInput, ConsoleOutput> out = new Answers<>(true);
    StreamObserver<ConsoleInput> in = HostAgentServiceGrpc.newStub(channel).hostConsole(out);
    in.onNext(ConsoleInput.newBuilder().setDomain("web").setReplay(true).build());
    assertThat(out.next().getData().toStringUtf8()).isEqualTo("booting\n");
    in.onNext(ConsoleInput.newBuilder().setData(ByteString.copyFromUtf8("ls\n")).build());
    await().until(() -> guest.console().typed().equals("ls\n"));
    in.onCompleted();
    guest.console().print("bin\n");
    assertThat(out.next().getData().toStringUtf8()).isEqualTo("bin\n");
    guest.console().print("bye\n");
    guest.powerOff(0);
    assertThat(out.next().getData().toStringUtf8()).isEqualTo("bye\n");
    out.completed();
    await().until(() -> guest.console().readers() == 0);
  }

  @Test
  void shouldHoldInputBackUntilTheGuestTakesIt() throws Exception {
    create("web", true);
    FakeDomain.FakeConsole console = hypervisor.guest("web").console();
    console.makeRoom(2);
    Answers<ConsoleInput, ConsoleOutput> out = new Answers<>(true);
    StreamObserver<ConsoleInput> in = HostAgentServiceGrpc.newStub(channel).hostConsole(out);
    ConsoleInput.Builder input = ConsoleInput.newBuilder().setDomain("web");
    in.onNext(input.setData(ByteString.copyFromUtf8("abcd")).build());
    in.onNext(input.setData(ByteString.copyFromUtf8("ef")).build());
    await().until(() -> console.typed().equals("ab"));
    console.makeRoom(100);
    await().until(() -> console.typed().equals("abcdef"));
    out.cancel();
    await().until(() -> console.readers() == 0);
  }

  @Test
  void shouldEndAConsoleThatIsNotRead() throws Exception {
    create("web", true);
    FakeDomain.FakeConsole console = hypervisor.guest("web").console();
    Answers<ConsoleInput, ConsoleOutput> out = new Answers<>(false);
    StreamObserver<ConsoleInput> in = HostAgentServiceGrpc.newStub(channel).hostConsole(out);
    in.onNext(ConsoleInput.newBuilder().setDomain("web").build());
    await().until(() -> console.readers() == 1);
    String page = "x".repeat(64 << 10);
    for (int i = 0; i < 40 && console.readers() == 1; i++) {
      console.print(page);
    }
    await().until(() -> console.readers() == 0);
    out.readOn();
    assertThat(out.failure().code()).isEqualTo(ErrorCode.SLOW_READER);
  }

  @Test
  void shouldRefuseTheConsoleOfNoDomain() throws Exception {
    Answers<ConsoleInput, ConsoleOutput> out = new Answers<>(true);
    StreamObserver<ConsoleInput> in = HostAgentServiceGrpc.newStub(channel).hostConsole(out);
    in.onNext(ConsoleInput.newBuilder().setDomain("none").build());
    assertThat(out.failure().code()).isEqualTo(ErrorCode.NOT_FOUND);
  }

  private UsageReport usage() {
    return calls.streamUsage(StreamUsageRequest.getDefaultInstance()).next();
  }

  @Test
  void shouldNumberUsageAndKeepTheLastFiguresOfADestroyedDomain() {
    create("idle", false);
    create("web", true);
    hypervisor.guest("web").useCpu(100);
    UsageRecord first = usage().getRecords(0);
    assertThat(first.getDomainName()).isEqualTo("web");
    assertThat(first.getCpuNs()).isEqualTo(100);
    assertThat(first.getExitsMap()).containsEntry("mmio", 9L);
    hypervisor.guest("web").useCpu(250);
    calls.destroyHostDomain(domain("web"));
    create("web", true);
    List<UsageRecord> records = usage().getRecordsList();
    assertThat(records).extracting(UsageRecord::getCpuNs).containsExactly(250L, 0L);
    assertThat(records.getFirst().getBootId()).isEqualTo(first.getBootId());
    assertThat(records.getFirst().getSequence()).isGreaterThan(first.getSequence());
    assertThat(records.getLast().getBootId()).isNotEqualTo(first.getBootId());
  }

  @Test
  void shouldStreamUsageAndEndWithTheLastFigures() throws Exception {
    create("web", true);
    Answers<StreamUsageRequest, UsageReport> reports = new Answers<>(true);
    HostAgentServiceGrpc.newStub(channel)
        .streamUsage(StreamUsageRequest.newBuilder().setIntervalMs(100).build(), reports);
    long before = reports.next().getRecords(0).getSequence();
    assertThat(reports.next().getRecords(0).getSequence()).isGreaterThan(before);
    hypervisor.guest("web").useCpu(77);
    agent.close();
    reports.completed();
    List<UsageRecord> records = new ArrayList<>();
    for (UsageReport report = reports.poll(); report != null; report = reports.poll()) {
      records.addAll(report.getRecordsList());
    }
    assertThat(records).last().extracting(UsageRecord::getCpuNs).isEqualTo(77L);
  }

  @Test
  void shouldRefuseAnIntervalOutOfRange() {
    assertRefused(
        () ->
            calls.streamUsage(StreamUsageRequest.newBuilder().setIntervalMs(99).build()).hasNext(),
        ErrorCode.INVALID,
        "interval_ms is 99; it must be 0 or 100 to 3600000");
  }
}
