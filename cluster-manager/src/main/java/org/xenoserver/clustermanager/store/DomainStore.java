package org.xenoserver.clustermanager.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainRecord;

/**
 * The domains in ZooKeeper. Each write is one multi-operation that checks the writer's term first
 * and fails as a whole. All methods throw {@link RpcFailure}: UNAVAILABLE if ZooKeeper does not
 * answer or the term has ended.
 */
public final class DomainStore {
  private static final List<String> ROOTS =
      List.of(
          ZooKeeperLayout.HOSTS,
          ZooKeeperLayout.LEASES,
          ZooKeeperLayout.DOMAINS,
          ZooKeeperLayout.NAMES,
          ZooKeeperLayout.ASSIGNMENTS,
          ZooKeeperLayout.STATUS,
          ZooKeeperLayout.TERM);

  private final CuratorFramework client;

  /** Writes through a client in the layout's namespace. */
  public DomainStore(CuratorFramework client) {
    this.client = client;
  }

  /** Creates the layout's folders where they are missing. */
  public void prepare() {
    for (String root : ROOTS) {
      ensure(root);
    }
  }

  /** Begins a term, ending every other. */
  public Term beginTerm(String address) {
    return attempt(() -> {
      Stat stat = client.setData().forPath(ZooKeeperLayout.TERM, address.getBytes(UTF_8));
      return new Term(stat.getVersion());
    });
  }

  /** The UUIDs of all domains, as of now. */
  public List<String> uuids() {
    return attempt(() -> List.copyOf(client.getChildren().forPath(ZooKeeperLayout.DOMAINS)));
  }

  /**
   * Stores a new domain: its record, its name and its assignment.
   *
   * @throws RpcFailure ALREADY_EXISTS if the name or the UUID is taken
   */
  public void insert(Term term, DomainRecord record) {
    String uuid = record.getSpec().getUuid();
    String name = record.getSpec().getName();
    byte[] data = record.toByteArray();
    ensure(ZooKeeperLayout.assignments(record.getHost()));
    try {
      write(
          checkTerm(term),
          client.transactionOp().create().forPath(ZooKeeperLayout.name(name), uuid.getBytes(UTF_8)),
          client.transactionOp().create().forPath(ZooKeeperLayout.domain(uuid), data),
          client
              .transactionOp()
              .create()
              .forPath(ZooKeeperLayout.assignment(record.getHost(), uuid), data));
    } catch (KeeperException.NodeExistsException e) {
      // A multi-operation repeated after a lost connection meets what its first attempt wrote.
      if (!record.equals(find(uuid))) {
        throw taken(e, name, uuid);
      }
    } catch (KeeperException e) {
      throw refused(e, term, "domain '%s' was not created".formatted(name));
    } catch (Exception e) {
      throw unreachable(e);
    }
  }

  /**
   * Replaces a domain's record and the host's copy of it.
   *
   * @throws RpcFailure CONFLICT if it was changed or removed since it was read
   */
  public void replace(Term term, StoredDomain old, DomainRecord record) {
    byte[] data = record.toByteArray();
    try {
      write(
          checkTerm(term),
          client
              .transactionOp()
              .setData()
              .withVersion(old.version())
              .forPath(ZooKeeperLayout.domain(old.uuid()), data),
          client
              .transactionOp()
              .setData()
              .forPath(ZooKeeperLayout.assignment(record.getHost(), old.uuid()), data));
    } catch (KeeperException.BadVersionException | KeeperException.NoNodeException e) {
      if (!record.equals(find(old.uuid()))) {
        throw refused(e, term, "domain '%s' was changed meanwhile".formatted(old.name()));
      }
    } catch (KeeperException e) {
      throw refused(e, term, "domain '%s' was not changed".formatted(old.name()));
    } catch (Exception e) {
      throw unreachable(e);
    }
  }

  /**
   * Removes a domain, its name, its assignment and, if its host left one, its status. A domain that
   * is gone already is no failure.
   *
   * @throws RpcFailure CONFLICT if it was changed since it was read
   */
  public void remove(Term term, StoredDomain old) {
    String host = old.record().getHost();
    try {
      List<CuratorOp> operations = new ArrayList<>();
      operations.add(checkTerm(term));
      operations.add(
          client
              .transactionOp()
              .delete()
              .withVersion(old.version())
              .forPath(ZooKeeperLayout.domain(old.uuid())));
      operations.add(client.transactionOp().delete().forPath(ZooKeeperLayout.name(old.name())));
      operations.add(
          client.transactionOp().delete().forPath(ZooKeeperLayout.assignment(host, old.uuid())));
      String status = ZooKeeperLayout.status(host, old.uuid());
      if (client.checkExists().forPath(status) != null) {
        operations.add(client.transactionOp().delete().forPath(status));
      }
      client.transaction().forOperations(operations);
    } catch (KeeperException e) {
      if (find(old.uuid()) != null) {
        throw refused(e, term, "domain '%s' was changed meanwhile".formatted(old.name()));
      }
    } catch (Exception e) {
      throw unreachable(e);
    }
  }

  private void write(CuratorOp... operations) throws Exception {
    client.transaction().forOperations(operations);
  }

  private CuratorOp checkTerm(Term term) throws Exception {
    return client.transactionOp().check().withVersion(term.version()).forPath(ZooKeeperLayout.TERM);
  }

  private void ensure(String path) {
    attempt(() -> {
      if (client.checkExists().forPath(path) == null) {
        try {
          client.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
        } catch (KeeperException.NodeExistsException e) {
          return path; // another process was first
        }
      }
      return path;
    });
  }

  private @Nullable DomainRecord find(String uuid) {
    try {
      return DomainRecord.parseFrom(client.getData().forPath(ZooKeeperLayout.domain(uuid)));
    } catch (KeeperException.NoNodeException e) {
      return null;
    } catch (InvalidProtocolBufferException e) {
      throw RpcFailure.of(
          ErrorCode.INTERNAL, ZooKeeperLayout.domain(uuid) + " in ZooKeeper is not a record", e);
    } catch (Exception e) {
      throw unreachable(e);
    }
  }

  private RpcFailure taken(KeeperException e, String name, String uuid) {
    boolean nameIsTaken =
        attempt(() -> client.checkExists().forPath(ZooKeeperLayout.name(name)) != null);
    String what = nameIsTaken ? "the domain name '%s'".formatted(name) : "the domain UUID " + uuid;
    return RpcFailure.of(ErrorCode.ALREADY_EXISTS, what + " is taken", e);
  }

  private RpcFailure refused(KeeperException e, Term term, String sentence) {
    return switch (e.code()) {
      case BADVERSION, NONODE ->
          term.version()
                  == attempt(() -> client.checkExists().forPath(ZooKeeperLayout.TERM)).getVersion()
              ? RpcFailure.of(ErrorCode.CONFLICT, sentence, e)
              : RpcFailure.of(
                  ErrorCode.UNAVAILABLE, sentence + ": this manager no longer leads", e);
      default -> unreachable(e);
    };
  }

  private static <T> T attempt(Attempt<T> attempt) {
    try {
      return attempt.run();
    } catch (Exception e) {
      throw unreachable(e);
    }
  }

  private static RpcFailure unreachable(Exception e) {
    if (e instanceof RpcFailure failure) {
      return failure;
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return RpcFailure.of(ErrorCode.UNAVAILABLE, "ZooKeeper does not answer: " + e.getMessage(), e);
  }

  @FunctionalInterface
  private interface Attempt<T> {
    T run() throws Exception;
  }
}
