package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectResources;
import org.xenoserver.proto.v1.ProjectServiceGrpc;
import org.xenoserver.proto.v1.SetProjectRequest;

final class QuotaTest {
  private static final String PROJECT = "limited";
  private static final int DOMAINS = 40;
  private static final int VCPUS_EACH = 2;
  private static final int CLIENTS = 8;
  private static final int CREATES_EACH = 15;
  private static final long PATIENCE_S = 60;

  private TwoManagers cluster;
  private ExecutorService clients;

  @BeforeEach
  void start() throws Exception {
    cluster = new TwoManagers();
    clients = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterEach
  void stop() throws Exception {
    clients.shutdownNow();
    cluster.close();
  }

  @Test
  void shouldAcceptExactlyTheQuotaOfConcurrentCreatesThroughTwoManagers() throws Exception {
    limit(ProjectResources.newBuilder().setDomains(DOMAINS));
    List<Status.Code> answers = createAll(new CountDownLatch(0));
    assertAcceptedExactlyTheQuota(answers);
  }

  @Test
  void shouldKeepAQuotaOfProcessorsAsExactly() throws Exception {
    limit(ProjectResources.newBuilder().setVcpus(DOMAINS * VCPUS_EACH + 1L));
    List<Status.Code> answers = createAll(new CountDownLatch(0));
    assertAcceptedExactlyTheQuota(answers);
  }

  @Test
  void shouldKeepTheQuotaWhenTheLeaderIsClosedInTheMiddle() throws Exception {
    limit(ProjectResources.newBuilder().setDomains(DOMAINS));
    CountDownLatch inTheMiddle = new CountDownLatch(DOMAINS / 2);
    Future<?> closing =
        clients.submit(() -> {
          inTheMiddle.await();
          assertThat(cluster.leads(0)).isTrue();
          cluster.closeManager(0);
          return null;
        });
    List<Status.Code> answers = createAll(inTheMiddle);
    closing.get(PATIENCE_S, TimeUnit.SECONDS);
    assertThat(cluster.leads(1)).isTrue();
    assertAcceptedExactlyTheQuota(answers);
  }

  @Test
  void shouldNeverExceedTheQuotaWhileDomainsComeAndGo() throws Exception {
    limit(ProjectResources.newBuilder().setDomains(CLIENTS / 2));
    CountDownLatch inTheMiddle = new CountDownLatch(CLIENTS * 2);
    Future<?> closing =
        clients.submit(() -> {
          inTheMiddle.await();
          cluster.closeManager(0);
          return null;
        });
    List<Future<?>> loads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int client = i;
      loads.add(
          clients.submit(() -> {
            RetryingClient requests = new RetryingClient(cluster, client % 2);
            for (int n = 0; n < CREATES_EACH; n++) {
              String name = "c" + client + "-" + n;
              Status.Code answer = requests.create(name, PROJECT, VCPUS_EACH);
              assertThat(answer).isIn(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
              inTheMiddle.countDown();
              // The last stays, so that something is counted afterwards.
              if (answer == Status.Code.OK && n < CREATES_EACH - 1) {
                assertThat(requests.destroy(name)).isEqualTo(Status.Code.OK);
              }
            }
          }));
    }
    for (Future<?> load : loads) {
      load.get(PATIENCE_S, TimeUnit.SECONDS);
    }
    closing.get(PATIENCE_S, TimeUnit.SECONDS);
    int domains = 0;
    int most = 0;
    for (Event event : EventLog.read(cluster.channel(1))) {
      domains +=
          switch (event.getKind()) {
            case KIND_DOMAIN_CREATED -> 1;
            case KIND_DOMAIN_REMOVED -> -1;
            default -> 0;
          };
      most = Math.max(most, domains);
    }
    assertThat(most).isEqualTo(CLIENTS / 2);
    assertUsageIsThatOfTheDomainsStored();
    assertThat(domains).isEqualTo(cluster.storedDomains().size());
  }

  private void limit(ProjectResources.Builder limits) {
    var unused =
        ProjectServiceGrpc.newBlockingStub(cluster.channel(0))
            .createProject(
                SetProjectRequest.newBuilder()
                    .setProject(Project.newBuilder().setName(PROJECT).setLimits(limits))
                    .build());
  }

  /** Three times the quota, each client through the manager of its turn. */
  private List<Status.Code> createAll(CountDownLatch answered) throws Exception {
    List<Future<List<Status.Code>>> loads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int client = i;
      loads.add(
          clients.submit(() -> {
            RetryingClient requests = new RetryingClient(cluster, client % 2);
            List<Status.Code> answers = new ArrayList<>();
            for (int n = 0; n < CREATES_EACH; n++) {
              answers.add(requests.create("c" + client + "-" + n, PROJECT, VCPUS_EACH));
              answered.countDown();
            }
            return answers;
          }));
    }
    List<Status.Code> all = new ArrayList<>();
    for (Future<List<Status.Code>> load : loads) {
      all.addAll(load.get(PATIENCE_S, TimeUnit.SECONDS));
    }
    return all;
  }

  private void assertAcceptedExactlyTheQuota(List<Status.Code> answers) throws Exception {
    assertThat(answers).containsOnly(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
    assertThat(answers.stream().filter(code -> code == Status.Code.OK)).hasSize(DOMAINS);
    assertThat(cluster.storedDomains()).hasSize(DOMAINS);
    assertUsageIsThatOfTheDomainsStored();
  }

  private void assertUsageIsThatOfTheDomainsStored() throws Exception {
    List<DomainSpec> domains = cluster.storedDomains();
    ProjectResources usage = cluster.storedProject(PROJECT).getProject().getUsage();
    assertThat(usage.getDomains()).isEqualTo(domains.size());
    assertThat(usage.getVcpus()).isEqualTo(domains.stream().mapToLong(DomainSpec::getVcpus).sum());
    assertThat(usage.getMemoryBytes())
        .isEqualTo(domains.stream().mapToLong(DomainSpec::getMemoryBytes).sum());
  }
}
