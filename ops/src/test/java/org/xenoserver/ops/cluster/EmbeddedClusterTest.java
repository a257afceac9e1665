package org.xenoserver.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.hostagent.SoftwareHypervisor;
import org.xenoserver.proto.config.DataSize;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.DomainUsage;
import org.xenoserver.proto.v1.ListDomainsRequest;
import org.xenoserver.proto.v1.ListUsageRequest;
import org.xenoserver.proto.v1.UsageServiceGrpc;
import picocli.CommandLine;

final class EmbeddedClusterTest {
  private static final long MIB = 1 << 20;

  /** M-mode code that sends back what the UART receives (RISC-V unprivileged ISA, RV64I). */
  private static final int[] ECHO = {
    0x100002b7, //       lui  t0, 0x10000
    0x0052c303, // wait: lbu  t1, 5(t0)
    0x00137313, //       andi t1, t1, 1
    0xfe030ce3, //       beqz t1, wait
    0x0002c303, //       lbu  t1, 0(t0)
    0x00628023, //       sb   t1, 0(t0)
    0xfedff06f, //       j    wait
  };

  @TempDir private Path folder;
  private Path firmware;

  @BeforeEach
  void assemble() throws IOException {
    ByteBuffer code =
        ByteBuffer.allocate(ECHO.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    code.asIntBuffer().put(ECHO);
    firmware = Files.write(folder.resolve("echo.bin"), code.array());
  }

  @Test
  void shouldRunAGuestOnEachHostFromRequestToBill() throws Exception {
    EmbeddedCluster cluster = start(config(2, 0, null));
    Path data = cluster.data();
    ManagedChannel manager = Channels.open(cluster.manager());
    ManagedChannel accounting = Channels.open(cluster.accounting());
    try {
      DomainServiceBlockingStub domains = DomainServiceGrpc.newBlockingStub(manager);
      Domain first = domains.createDomain(guest("a"));
      Domain second = domains.createDomain(guest("b"));
      assertThat(List.of(first, second))
          .extracting(Domain::getState)
          .containsOnly(DomainState.DOMAIN_STATE_RUNNING);
      assertThat(List.of(first, second)).extracting(Domain::getHost).containsExactly("h1", "h2");

      Typed console = new Typed();
      StreamObserver<ConsoleInput> keyboard = DomainServiceGrpc.newStub(manager).console(console);
      keyboard.onNext(ConsoleInput.newBuilder().setDomain("b").build());
      keyboard.onNext(
          ConsoleInput.newBuilder().setData(ByteString.copyFromUtf8("hello, guest")).build());
      await().untilAsserted(() -> assertThat(console.text()).isEqualTo("hello, guest"));

      assertThat(
              UsageServiceGrpc.newBlockingStub(accounting)
                  .listUsage(ListUsageRequest.getDefaultInstance())
                  .getUsageList())
          .hasSize(2)
          .allSatisfy(usage -> assertThat(usage.getCpuNs()).isPositive())
          .extracting(DomainUsage::getDomainName)
          .containsExactlyInAnyOrder("a", "b");

      DomainRequest a = DomainRequest.newBuilder().setDomain("a").build();
      assertThat(domains.pauseDomain(a).getState()).isEqualTo(DomainState.DOMAIN_STATE_PAUSED);
      assertThat(domains.destroyDomain(a).getState()).isEqualTo(DomainState.DOMAIN_STATE_DESTROYED);
    } finally {
      manager.shutdownNow();
      accounting.shutdownNow();
      cluster.close();
    }
    assertThat(data).doesNotExist();
  }

  @Test
  void shouldKeepWhatItWasToldInAGivenFolder() throws Exception {
    Path data = folder.resolve("state");
    Domain created;
    try (EmbeddedCluster cluster = start(config(1, 0, data))) {
      created = call(cluster.manager(), domains -> domains.createDomain(guest("a")));
    }
    try (EmbeddedCluster cluster = start(config(1, 0, data))) {
      await()
          .untilAsserted(() -> {
            List<Domain> listed = call(cluster.manager(), EmbeddedClusterTest::list);
            assertThat(listed).containsExactly(created);
          });
    }
  }

  @Test
  void shouldNameAPortInUseAndLeaveNothingRunning() throws Exception {
    Path data = folder.resolve("state");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> start(config(1, taken.getLocalPort(), data)))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "cannot listen on 127.0.0.1:%d: address already in use", taken.getLocalPort());
    }
    try (EmbeddedCluster cluster = start(config(1, 0, data))) {
      assertThat(cluster.hosts()).hasSize(1);
    }
  }

  @Test
  void shouldRefuseANumberOfHostsOutOfRange() {
    StringWriter errors = new StringWriter();
    int status =
        new CommandLine(new UpCommand(SoftwareHypervisor.factory()))
            .setErr(new PrintWriter(errors))
            .execute("--hosts", "65");
    assertThat(status).isEqualTo(2);
    assertThat(errors).hasToString("up: hosts is 65; it must be 1 to 64" + System.lineSeparator());
  }

  private static EmbeddedCluster start(EmbeddedClusterConfig config)
      throws IOException, InterruptedException {
    return EmbeddedCluster.start(config, SoftwareHypervisor.factory());
  }

  private static EmbeddedClusterConfig config(int hosts, int managerPort, @Nullable Path data) {
    return new EmbeddedClusterConfig(
        hosts, managerPort, 0, 0, 0, 1, new DataSize(64 * MIB), Duration.ofSeconds(5), data, null);
  }

  private CreateDomainRequest guest(String name) {
    return CreateDomainRequest.newBuilder()
        .setSpec(
            DomainSpec.newBuilder()
                .setName(name)
                .setMemoryBytes(16 * MIB)
                .setVcpus(1)
                .setFirmware(firmware.toString()))
        .setStart(true)
        .build();
  }

  private static List<Domain> list(DomainServiceBlockingStub domains) {
    return domains.listDomains(ListDomainsRequest.getDefaultInstance()).getDomainsList();
  }

  private static <T> T call(Endpoint manager, Function<DomainServiceBlockingStub, T> call) {
    ManagedChannel channel = Channels.open(manager);
    try {
      return call.apply(DomainServiceGrpc.newBlockingStub(channel));
    } finally {
      channel.shutdownNow();
    }
  }

  /** Keeps what a console says. */
  private static final class Typed implements StreamObserver<ConsoleOutput> {
    private ByteString received = ByteString.EMPTY;

    @Override
    public synchronized void onNext(ConsoleOutput output) {
      received = received.concat(output.getData());
    }

    synchronized String text() {
      return received.toStringUtf8();
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
