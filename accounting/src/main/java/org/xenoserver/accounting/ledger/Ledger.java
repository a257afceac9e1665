package org.xenoserver.accounting.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.xenoserver.proto.v1.UsageRecord;

/**
 * The newest record of every boot of every domain, in a SQLite file. Counters of a boot only grow,
 * so a record is taken in once, in any order and however often it comes: one whose sequence is not
 * above the one kept changes nothing. Safe from any thread.
 */
public final class Ledger implements AutoCloseable {
  private static final Path IN_MEMORY = Path.of(":memory:");
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private static final String PUT_BOOT =
      """
      INSERT INTO boots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        domain_name = excluded.domain_name, sequence = excluded.sequence,
        time_ns = excluded.time_ns, cpu_ns = excluded.cpu_ns, wait_ns = excluded.wait_ns,
        retired_instructions = excluded.retired_instructions,
        memory_byte_seconds = excluded.memory_byte_seconds,
        disk_read_operations = excluded.disk_read_operations,
        disk_read_bytes = excluded.disk_read_bytes,
        disk_write_operations = excluded.disk_write_operations,
        disk_write_bytes = excluded.disk_write_bytes,
        disk_flush_operations = excluded.disk_flush_operations
      WHERE excluded.sequence > boots.sequence
      """;

  private static final String PUT_EXITS =
      """
      INSERT INTO boot_exits VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET exits = excluded.exits
      """;

  // SQLite takes the bare columns of a query with one max() from the row that has it.
  private static final String SUM_BOOTS =
      """
      SELECT host, domain_uuid, domain_name, max(time_ns), sum(cpu_ns), sum(wait_ns),
        sum(retired_instructions), sum(memory_byte_seconds), sum(disk_read_operations),
        sum(disk_read_bytes), sum(disk_write_operations), sum(disk_write_bytes),
        sum(disk_flush_operations)
      FROM boots GROUP BY host, domain_uuid ORDER BY domain_name, domain_uuid, host
      """;

  private static final String SUM_EXITS =
      """
      SELECT host, domain_uuid, kind, sum(exits) FROM boot_exits
      GROUP BY host, domain_uuid, kind
      """;

  private final String name;
  private final Connection connection;

  /** Guards the connection. */
  private final ReentrantLock connectionLock = new ReentrantLock();

  private Ledger(String name, Connection connection) {
    this.name = name;
    this.connection = connection;
  }

  /**
   * Opens a ledger, making it if it is not there.
   *
   * @param file a path in a folder that exists, or {@code :memory:} for one that is forgotten
   * @throws LedgerException if it is not a ledger or cannot be written
   */
  public static Ledger open(Path file) throws LedgerException {
    String name = file.equals(IN_MEMORY) ? ":memory:" : file.toAbsolutePath().toString();
    Connection connection = null;
    try {
      connection = DriverManager.getConnection("jdbc:sqlite:" + name);
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA busy_timeout = 2000");
        statement.execute("PRAGMA journal_mode = WAL");
        statement.execute("PRAGMA synchronous = FULL");
      }
      Schema.upgrade(connection);
      return new Ledger(name, connection);
    } catch (SQLException | LedgerException e) {
      LedgerException why = new LedgerException("cannot open ledger " + name + ": " + reason(e), e);
      if (connection != null) {
        try {
          connection.close();
        } catch (SQLException closing) {
          why.addSuppressed(closing);
        }
      }
      throw why;
    }
  }

  /** Takes records in, all or none; returns once they are on disk. */
  public void record(List<UsageRecord> records) throws LedgerException {
    if (records.isEmpty()) {
      return;
    }
    connectionLock.lock();
    try {
      connection.setAutoCommit(false);
      try (PreparedStatement boot = connection.prepareStatement(PUT_BOOT);
          PreparedStatement exits = connection.prepareStatement(PUT_EXITS)) {
        for (UsageRecord record : records) {
          bind(boot, record);
          if (boot.executeUpdate() > 0) {
            putExits(exits, record);
          }
        }
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new LedgerException("cannot write ledger " + name + ": " + reason(e), e);
    } finally {
      connectionLock.unlock();
    }
  }

  private static void bind(PreparedStatement boot, UsageRecord record) throws SQLException {
    boot.setString(1, record.getHost());
    boot.setString(2, record.getDomainUuid());
    boot.setString(3, record.getBootId());
    boot.setString(4, record.getDomainName());
    boot.setLong(5, record.getSequence());
    boot.setLong(6, record.getTime().getSeconds() * NS_PER_SECOND + record.getTime().getNanos());
    boot.setLong(7, record.getCpuNs());
    boot.setLong(8, record.getWaitNs());
    boot.setLong(9, record.getRetiredInstructions());
    boot.setLong(10, record.getMemoryByteSeconds());
    boot.setLong(11, record.getDiskReadOperations());
    boot.setLong(12, record.getDiskReadBytes());
    boot.setLong(13, record.getDiskWriteOperations());
    boot.setLong(14, record.getDiskWriteBytes());
    boot.setLong(15, record.getDiskFlushOperations());
  }

  private static void putExits(PreparedStatement exits, UsageRecord record) throws SQLException {
    for (Map.Entry<String, Long> kind : record.getExitsMap().entrySet()) {
      exits.setString(1, record.getHost());
      exits.setString(2, record.getDomainUuid());
      exits.setString(3, record.getBootId());
      exits.setString(4, kind.getKey());
      exits.setLong(5, kind.getValue());
      exits.addBatch();
    }
    exits.executeBatch();
  }

  /** What every domain has used on every host, by name, UUID and host. */
  public List<HostUsage> usage() throws LedgerException {
    connectionLock.lock();
    try (Statement statement = connection.createStatement()) {
      Map<String, Map<String, Long>> exits = new HashMap<>();
      try (ResultSet row = statement.executeQuery(SUM_EXITS)) {
        while (row.next()) {
          exits
              .computeIfAbsent(key(row.getString(1), row.getString(2)), k -> new HashMap<>())
              .put(row.getString(3), row.getLong(4));
        }
      }
      List<HostUsage> usage = new ArrayList<>();
      try (ResultSet row = statement.executeQuery(SUM_BOOTS)) {
        while (row.next()) {
          usage.add(read(row, exits));
        }
      }
      return usage;
    } catch (SQLException e) {
      throw new LedgerException("cannot read ledger " + name + ": " + reason(e), e);
    } finally {
      connectionLock.unlock();
    }
  }

  /** Reads a little, to see that it can be read. */
  public void check() throws LedgerException {
    connectionLock.lock();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1 FROM boots LIMIT 1");
    } catch (SQLException e) {
      throw new LedgerException("cannot read ledger " + name + ": " + reason(e), e);
    } finally {
      connectionLock.unlock();
    }
  }

  private static HostUsage read(ResultSet row, Map<String, Map<String, Long>> exits)
      throws SQLException {
    String host = row.getString(1);
    String uuid = row.getString(2);
    long timeNs = row.getLong(4);
    return new HostUsage(
        host,
        uuid,
        row.getString(3),
        Instant.ofEpochSecond(timeNs / NS_PER_SECOND, timeNs % NS_PER_SECOND),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11),
        row.getLong(12),
        row.getLong(13),
        exits.getOrDefault(key(host, uuid), Map.of()));
  }

  private static String key(String host, String uuid) {
    return host + '\n' + uuid;
  }

  private static String reason(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() throws LedgerException {
    connectionLock.lock();
    try {
      connection.close();
    } catch (SQLException e) {
      throw new LedgerException("cannot close ledger " + name + ": " + reason(e), e);
    } finally {
      connectionLock.unlock();
    }
  }
}
