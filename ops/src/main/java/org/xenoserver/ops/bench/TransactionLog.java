package org.xenoserver.ops.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.TxnLog.TxnIterator;
import org.apache.zookeeper.txn.MultiTxn;
import org.apache.zookeeper.txn.Txn;
import org.xenoserver.proto.ZooKeeperLayout;

/**
 * What a ZooKeeper server's log says was written: its transactions, and which of them are commits
 * of a leading manager, known by their segment of the log of events.
 *
 * @param transactions all of them
 * @param bytes of all writes, paths and data
 * @param commits those of a leading manager, in order
 */
record TransactionLog(long transactions, long bytes, List<LeaderCommit> commits) {
  private static final String SEGMENT = "/" + ZooKeeperLayout.NAMESPACE + ZooKeeperLayout.LOG + "/";
  private static final String DOMAIN =
      "/" + ZooKeeperLayout.NAMESPACE + ZooKeeperLayout.DOMAINS + "/";

  /**
   * One multi-operation of a leading manager.
   *
   * @param timeMs when ZooKeeper took it, milliseconds since 1970
   * @param nodes written by it
   * @param domains created by it
   * @param bytes of its writes
   */
  record LeaderCommit(long timeMs, int nodes, int domains, long bytes) {}

  /**
   * Reads the log of a server, which may be running.
   *
   * @param data the server's folder
   */
  static TransactionLog read(Path data) throws BenchException {
    long transactions = 0;
    long bytes = 0;
    List<LeaderCommit> commits = new ArrayList<>();
    try (TxnIterator each = new FileTxnLog(data.resolve("version-2").toFile()).read(1)) {
      for (boolean more = each.getHeader() != null; more; more = each.next()) {
        transactions++;
        if (each.getHeader().getType() == OpCode.multi && each.getTxn() instanceof MultiTxn multi) {
          LeaderCommit commit = commit(each.getHeader().getTime(), multi);
          bytes += commit.bytes();
          if (isLeaders(multi)) {
            commits.add(commit);
          }
        }
      }
      return new TransactionLog(transactions, bytes, List.copyOf(commits));
    } catch (IOException e) {
      throw new BenchException(
          "ZooKeeper's log in %s cannot be read: %s".formatted(data, e.getMessage()), e);
    }
  }

  private static LeaderCommit commit(long timeMs, MultiTxn multi) {
    int domains = 0;
    long bytes = 0;
    for (Txn write : multi.getTxns()) {
      bytes += write.getData().length;
      domains += creates(write, DOMAIN) ? 1 : 0;
    }
    return new LeaderCommit(timeMs, multi.getTxns().size(), domains, bytes);
  }

  private static boolean isLeaders(MultiTxn multi) {
    for (Txn write : multi.getTxns()) {
      if (creates(write, SEGMENT)) {
        return true;
      }
    }
    return false;
  }

  /** A create begins with the length of its path, in four bytes, and its path. */
  private static boolean creates(Txn write, String folder) {
    byte[] data = write.getData();
    if (write.getType() != OpCode.create || data.length < Integer.BYTES + folder.length()) {
      return false;
    }
    ByteBuffer in = ByteBuffer.wrap(data);
    return in.getInt() > folder.length()
        && new String(data, Integer.BYTES, folder.length(), UTF_8).equals(folder);
  }
}
