package org.xenoserver.accounting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.proto.v1.UsageRecord;

final class LedgerTest {
  @TempDir Path folder;

  private static UsageRecord record(String host, String boot, long sequence) {
    return UsageRecord.newBuilder()
        .setHost(host)
        .setDomainUuid("u1")
        .setDomainName("web")
        .setBootId(boot)
        .setSequence(sequence)
        .setTime(Timestamp.newBuilder().setSeconds(sequence).setNanos(5))
        .setCpuNs(sequence * 10)
        .setWaitNs(sequence)
        .setRetiredInstructions(sequence * 100)
        .setMemoryByteSeconds(sequence * 7)
        .setDiskReadOperations(1)
        .setDiskReadBytes(2)
        .setDiskWriteOperations(3)
        .setDiskWriteBytes(4)
        .setDiskFlushOperations(5)
        .putExits("mmio", sequence * 2)
        .build();
  }

  @Test
  void shouldTakeEveryRecordOnceInWhateverOrderItComes() throws Exception {
    long seed = System.nanoTime();
    System.out.println("LedgerTest seed " + seed);
    List<UsageRecord> records = new ArrayList<>();
    for (long sequence = 1; sequence <= 20; sequence++) {
      for (String boot : List.of("b1", "b2", "b3")) {
        records.add(record("h1", boot, sequence));
        records.add(record("h1", boot, sequence));
      }
    }
    Collections.shuffle(records, new Random(seed));
    try (Ledger ledger = Ledger.open(Path.of(":memory:"))) {
      ledger.record(records.subList(0, 50));
      ledger.record(records.subList(30, records.size()));
      assertThat(ledger.usage())
          .singleElement()
          .satisfies(usage -> {
            assertThat(usage.cpuNs()).isEqualTo(3 * 200);
            assertThat(usage.retiredInstructions()).isEqualTo(3 * 2000);
            assertThat(usage.diskFlushOperations()).isEqualTo(15);
            assertThat(usage.exits()).containsOnly(Map.entry("mmio", 3 * 40L));
            assertThat(usage.time().getEpochSecond()).isEqualTo(20);
          });
    }
  }

  @Test
  void shouldLoseNothingOverARestart() throws Exception {
    Path file = folder.resolve("usage.db");
    List<HostUsage> before;
    try (Ledger ledger = Ledger.open(file)) {
      ledger.record(List.of(record("h1", "b1", 4), record("h2", "b2", 9)));
      before = ledger.usage();
    }
    assertThat(before).extracting(HostUsage::host).containsExactly("h1", "h2");
    try (Ledger ledger = Ledger.open(file)) {
      assertThat(ledger.usage()).isEqualTo(before);
      ledger.record(List.of(record("h1", "b1", 3)));
      assertThat(ledger.usage()).isEqualTo(before);
    }
  }

  @Test
  void shouldRefuseAFileThatIsNoLedger() throws Exception {
    Path file = folder.resolve("notes.txt");
    Files.writeString(file, "this is not a database, it is a text of some length\n".repeat(50));
    assertThatThrownBy(() -> Ledger.open(file))
        .isInstanceOf(LedgerException.class)
        .hasMessageStartingWith("cannot open ledger " + file + ": ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldRefuseALedgerOfALaterRelease() throws Exception {
    Path file = folder.resolve("later.db");
    Ledger.open(file).close();
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = other.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
    assertThatThrownBy(() -> Ledger.open(file))
        .hasMessage("cannot open ledger " + file + ": it has version 99 and this release knows 1");
  }

  @Test
  void shouldSayThatItsFolderIsNotThere() {
    Path file = folder.resolve("none/usage.db");
    assertThatThrownBy(() -> Ledger.open(file))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining(file.toString());
  }
}
