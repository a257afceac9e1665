package org.xenoserver.integrationtests.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The disk that incarnations of a {@link CounterGuest} wrote one after the other, or not so. */
final class CounterDisk {
  private static final int SCANNED_BYTES = 1 << 20;

  private CounterDisk() {}

  /** Makes an empty one, which takes no room before it is written to. */
  static Path create(Path file) throws IOException {
    try (FileChannel disk =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long lastByte = (long) CounterGuest.SECTORS * CounterGuest.SECTOR_BYTES - 1;
      disk.write(ByteBuffer.allocate(1), lastByte);
    }
    return file;
  }

  /** The counter of the head; 0 if nobody wrote yet. */
  static long counter(Path file) throws IOException {
    try (FileChannel disk = FileChannel.open(file, StandardOpenOption.READ)) {
      CounterRecord head = record(read(disk, 0, CounterGuest.SECTOR_BYTES), 0);
      return head == null ? 0 : head.counter();
    }
  }

  /**
   * What on a disk is not as one guest after the other would have left it; none of them runs now.
   *
   * @param printed what the guests said they had written
   */
  static List<String> violations(Path file, Set<CounterRecord> printed) throws IOException {
    List<String> violations = new ArrayList<>();
    try (FileChannel disk = FileChannel.open(file, StandardOpenOption.READ)) {
      long last = CounterGuest.SECTORS - 1;
      CounterRecord said =
          record(read(disk, last * CounterGuest.SECTOR_BYTES, CounterGuest.SECTOR_BYTES), 0);
      if (said != null) {
        violations.add(
            "%s: incarnation %x found the record of another while it ran"
                .formatted(file, said.incarnation()));
      }
      CounterRecord head = record(read(disk, 0, CounterGuest.SECTOR_BYTES), 0);
      List<CounterRecord> log = log(disk, head == null ? 0 : head.counter());
      checkOrder(file, log, violations);
      checkKept(file, log, printed, violations);
    }
    return violations;
  }

  /** Sectors 1 to the counter; one is missing where a guest ended between its two writes. */
  private static List<CounterRecord> log(FileChannel disk, long counter) throws IOException {
    List<CounterRecord> log = new ArrayList<>();
    int perRead = SCANNED_BYTES / CounterGuest.SECTOR_BYTES;
    for (long first = 1; first <= counter; first += perRead) {
      int count = (int) Math.min(perRead, counter - first + 1);
      ByteBuffer sectors =
          read(disk, first * CounterGuest.SECTOR_BYTES, count * CounterGuest.SECTOR_BYTES);
      for (int i = 0; i < count; i++) {
        CounterRecord record = record(sectors, i * CounterGuest.SECTOR_BYTES);
        if (record != null) {
          log.add(record);
        }
      }
    }
    return log;
  }

  private static void checkOrder(Path file, List<CounterRecord> log, List<String> violations) {
    Set<Long> past = new HashSet<>();
    CounterRecord before = null;
    for (CounterRecord record : log) {
      if (before != null && record.incarnation() != before.incarnation()) {
        past.add(before.incarnation());
      }
      if (past.contains(record.incarnation())) {
        violations.add(
            "%s: incarnation %x wrote counter %d after another had begun"
                .formatted(file, record.incarnation(), record.counter()));
      } else if (before != null && record.atNs() < before.atNs()) {
        violations.add(
            "%s: counter %d was written %.3f s before the counter below it"
                .formatted(file, record.counter(), (before.atNs() - record.atNs()) / 1e9));
      }
      before = record;
    }
  }

  private static void checkKept(
      Path file, List<CounterRecord> log, Set<CounterRecord> printed, List<String> violations) {
    Map<Long, CounterRecord> stored = new HashMap<>();
    log.forEach(record -> stored.put(record.counter(), record));
    for (CounterRecord record : printed) {
      CounterRecord found = stored.get(record.counter());
      if (!record.equals(found)) {
        violations.add(
            "%s: counter %d of incarnation %x was written and is not there but %s"
                .formatted(file, record.counter(), record.incarnation(), found));
      }
    }
  }

  private static ByteBuffer read(FileChannel disk, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && disk.read(buffer, position + buffer.position()) >= 0) {
      // Until it is full or the file ends.
    }
    return buffer;
  }

  private static @Nullable CounterRecord record(ByteBuffer sectors, int offset) {
    return sectors.getLong(offset) == CounterGuest.MAGIC
        ? new CounterRecord(
            sectors.getLong(offset + 8), sectors.getLong(offset + 16), sectors.getLong(offset + 24))
        : null;
  }
}
