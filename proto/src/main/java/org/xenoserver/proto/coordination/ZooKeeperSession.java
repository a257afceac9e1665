package org.xenoserver.proto.coordination;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One ZooKeeper client handle. Owned by the event loop. */
final class ZooKeeperSession implements Session {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperSession.class);

  private final ZooKeeper client;
  private final String namespace;
  private final EventLoop loop;
  private final NodeReader reader;
  private final Set<ZooKeeperTree> trees = new LinkedHashSet<>();

  ZooKeeperSession(ZooKeeper client, String namespace, EventLoop loop) {
    this.client = client;
    this.namespace = namespace;
    this.loop = loop;
    this.reader = new NodeReader(client, loop);
  }

  @Override
  public long timeoutNs() {
    return client.getSessionTimeout() * 1_000_000L;
  }

  /** Makes the folders of the namespace; those there already are no failure. */
  void prepareNamespace(Runnable done) {
    List<String> folders = new ArrayList<>();
    for (int slash = namespace.indexOf('/', 1);
        slash >= 0;
        slash = namespace.indexOf('/', slash + 1)) {
      folders.add(namespace.substring(0, slash));
    }
    folders.add(namespace);
    for (String folder : folders) {
      boolean last = folder.equals(namespace);
      client.create(
          folder,
          new byte[0],
          Ids.OPEN_ACL_UNSAFE,
          CreateMode.PERSISTENT,
          (code, path, context, name) -> {
            if (last) {
              loop.execute(done);
            }
          },
          null);
    }
  }

  @Override
  public void commit(List<Write> writes, Consumer<Commit> done) {
    List<Op> operations = new ArrayList<>(writes.size());
    for (Write write : writes) {
      operations.add(operation(write));
    }
    MultiCallback callback =
        (code, path, context, results) -> {
          Commit commit = commit(code, results);
          loop.execute(() -> done.accept(commit));
        };
    client.multi(operations, callback, null);
  }

  private Op operation(Write write) {
    String path = namespace + write.path();
    return switch (write) {
      case Write.Create create ->
          Op.create(
              path,
              create.data(),
              Ids.OPEN_ACL_UNSAFE,
              create.ephemeral() ? CreateMode.EPHEMERAL : CreateMode.PERSISTENT);
      case Write.SetData set -> Op.setData(path, set.data(), set.version());
      case Write.Delete delete -> Op.delete(path, delete.version());
      case Write.Check check -> Op.check(path, check.version());
    };
  }

  private static Commit commit(int code, @Nullable List<OpResult> results) {
    if (code == Code.OK.intValue() && results != null) {
      List<Integer> versions = new ArrayList<>(results.size());
      long transaction = 0;
      for (OpResult result : results) {
        switch (result) {
          case OpResult.SetDataResult set -> {
            versions.add(set.getStat().getVersion());
            transaction = set.getStat().getMzxid();
          }
          case OpResult.CreateResult _ -> versions.add(0);
          default -> versions.add(-1);
        }
      }
      return new Commit.Done(versions, transaction);
    }
    if (results != null) {
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i) instanceof OpResult.ErrorResult error
            && error.getErr() != Code.OK.intValue()
            && error.getErr() != Code.RUNTIMEINCONSISTENCY.intValue()) {
          return new Commit.Refused(i, reason(Code.get(error.getErr())));
        }
      }
    }
    return new Commit.Unknown("ZooKeeper does not answer: " + Code.get(code));
  }

  private static Commit.Reason reason(Code code) {
    return switch (code) {
      case NODEEXISTS -> Commit.Reason.NODE_EXISTS;
      case NONODE -> Commit.Reason.NO_NODE;
      case BADVERSION -> Commit.Reason.BAD_VERSION;
      case NOTEMPTY -> Commit.Reason.NOT_EMPTY;
      default -> Commit.Reason.OTHER;
    };
  }

  @Override
  public Following follow(String root, int depth, TreeListener listener) {
    ZooKeeperTree tree = new ZooKeeperTree(client, reader, loop, namespace, root, depth, listener);
    trees.add(tree);
    tree.begin();
    return () -> {
      trees.remove(tree);
      tree.end();
    };
  }

  /** Reads what is followed again, after changes may have been missed. */
  void readAgain() {
    trees.forEach(ZooKeeperTree::read);
  }

  /**
   * Ends the session; does not wait for the server. Not on a virtual thread: where others keep it
   * from being run, the session lives on, and who waits for its end does so for good.
   */
  void close() {
    trees.forEach(ZooKeeperTree::end);
    trees.clear();
    Thread.ofPlatform()
        .daemon()
        .name("zookeeper-close")
        .start(() -> {
          try {
            client.close();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.debug("a session was left to expire");
          }
        });
  }
}
