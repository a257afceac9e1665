package org.xenoserver.hostagent.metering;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.hostagent.domains.FakeHypervisor;
import org.xenoserver.hostagent.domains.HostDomain;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.hostagent.domains.Images;
import org.xenoserver.proto.v1.DomainSpec;

final class UsageMeterTest {
  @TempDir Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private HostDomains domains;
  private UsageMeter meter;

  @BeforeEach
  void meter() throws Exception {
    Files.writeString(folder.resolve("kernel"), "k");
    domains =
        new HostDomains(
            "h1",
            new FakeHypervisor(1 << 30),
            new Images(folder),
            () -> now.get(),
            UUID::randomUUID);
    meter = new UsageMeter("h1", domains, () -> now.get());
  }

  private HostDomain started(String name) {
    HostDomain domain =
        domains.create(
            DomainSpec.newBuilder()
                .setName(name)
                .setMemoryBytes(4096)
                .setVcpus(1)
                .setKernel(folder.resolve("kernel").toString())
                .build());
    domains.start(domain);
    return domain;
  }

  @Test
  void shouldGiveALastRecordOncePerReader() {
    domains.destroy(started("a"));
    UsageMeter.Reader reader = meter.reader();
    assertThat(reader.report().getRecordsCount()).isEqualTo(1);
    assertThat(reader.report().getRecordsCount()).isZero();
    assertThat(meter.reader().report().getRecordsCount()).isEqualTo(1);
  }

  @Test
  void shouldForgetLastRecordsAfterAWhile() {
    domains.destroy(started("a"));
    now.set(Instant.EPOCH.plus(UsageMeter.KEPT_FOR));
    domains.destroy(started("b"));
    assertThat(meter.reader().report().getRecordsCount()).isEqualTo(2);
    now.set(Instant.EPOCH.plus(UsageMeter.KEPT_FOR).plus(Duration.ofNanos(1)));
    assertThat(meter.reader().report().getRecordsList())
        .singleElement()
        .satisfies(record -> assertThat(record.getDomainName()).isEqualTo("b"));
  }

  @Test
  void shouldBoundTheLastRecordsItKeeps() {
    for (int i = 0; i < UsageMeter.KEPT_RECORDS + 5; i++) {
      domains.destroy(started("d" + i));
    }
    assertThat(meter.reader().report().getRecordsCount()).isEqualTo(UsageMeter.KEPT_RECORDS);
    assertThat(meter.reader().report().getRecords(0).getDomainName()).isEqualTo("d5");
  }
}
