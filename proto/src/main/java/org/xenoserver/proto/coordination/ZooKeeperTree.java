package org.xenoserver.proto.coordination;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a folder by one persistent recursive watch. An event has its node read; one reader's
 * answers come in order, so that what is told never goes back. Reading begins with a sync, and
 * again after every interruption. Owned by the event loop; a reading that was overtaken is dropped
 * by its number.
 */
final class ZooKeeperTree implements Watcher, NodeReader.Listener {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperTree.class);
  private static final long RETRY_NS = 1_000_000_000;

  private final ZooKeeper client;
  private final NodeReader reader;
  private final EventLoop loop;
  private final String namespace;
  private final String root;
  private final int depth;
  private final TreeListener listener;

  private boolean ended;
  private int reading;
  private int open;
  private boolean told;
  private boolean failed;
  private Map<String, Node> nodes = new HashMap<>();

  ZooKeeperTree(
      ZooKeeper client,
      NodeReader reader,
      EventLoop loop,
      String namespace,
      String root,
      int depth,
      TreeListener listener) {
    this.client = client;
    this.reader = reader;
    this.loop = loop;
    this.namespace = namespace;
    this.root = namespace + root;
    this.depth = depth;
    this.listener = listener;
  }

  void begin() {
    client.addWatch(
        root,
        this,
        AddWatchMode.PERSISTENT_RECURSIVE,
        (code, path, context) ->
            loop.execute(() -> {
              if (code == Code.OK.intValue()) {
                read();
              } else if (!ended && code != Code.SESSIONEXPIRED.intValue()) {
                loop.after(RETRY_NS, this::again);
              }
            }),
        null);
  }

  private void again() {
    if (!ended) {
      begin();
    }
  }

  void end() {
    if (!ended) {
      ended = true;
      if (client.getState().isConnected()) {
        client.removeWatches(root, this, WatcherType.Any, true, (code, path, context) -> {}, null);
      }
    }
  }

  /** Reads all of it. */
  void read() {
    if (ended) {
      return;
    }
    int number = ++reading;
    open = 1;
    told = false;
    failed = false;
    nodes = new HashMap<>();
    client.sync(root, (code, path, context) -> loop.execute(() -> synced(number, code)), null);
  }

  private void synced(int number, int code) {
    if (number != reading || ended) {
      return;
    }
    failed |= code != Code.OK.intValue();
    node(number, root, 0);
    finished();
  }

  private void node(int number, String path, int level) {
    if (level == depth) {
      open += reader.read(this, number, path) ? 1 : 0;
    } else {
      open++;
      client.getChildren(
          path,
          false,
          (code, parent, context, children) ->
              loop.execute(() -> children(number, path, level, code, children)),
          null);
    }
  }

  private void children(
      int number, String path, int level, int code, @Nullable List<String> children) {
    if (number != reading || ended) {
      return;
    }
    if (code == Code.OK.intValue() && children != null) {
      for (String child : children) {
        node(number, path + "/" + child, level + 1);
      }
    } else {
      failed |= code != Code.NONODE.intValue();
    }
    finished();
  }

  @Override
  public void arrived(
      int number, String path, int code, byte @Nullable [] data, @Nullable Stat stat) {
    if (number != reading || ended) {
      return;
    }
    String name = path.substring(namespace.length());
    if (code == Code.OK.intValue() && stat != null) {
      Node node = new Node(data == null ? new byte[0] : data, stat.getVersion(), stat.getMzxid());
      if (told) {
        listener.put(name, node);
      } else {
        nodes.put(name, node);
      }
    } else if (code == Code.NONODE.intValue()) {
      if (told) {
        listener.removed(name);
      } else {
        nodes.remove(name);
      }
    } else {
      failed = true;
    }
    if (!told) {
      finished();
    } else if (failed) {
      // Interrupted: all is read again once the server is heard.
      log.debug("{} is read again: {}", root, Code.get(code));
    }
  }

  private void finished() {
    open--;
    if (open > 0) {
      return;
    }
    if (failed) {
      int number = reading;
      loop.after(
          RETRY_NS,
          () -> {
            if (number == reading) {
              read();
            }
          });
      return;
    }
    told = true;
    Map<String, Node> found = nodes;
    nodes = new HashMap<>();
    listener.snapshot(found);
  }

  @Override
  public void process(WatchedEvent event) {
    String path = event.getPath();
    if (path == null || event.getType() == Event.EventType.None) {
      return;
    }
    loop.execute(() -> {
      if (!ended && level(path) == depth && reader.read(this, reading, path) && !told) {
        open++;
      }
    });
  }

  private int level(String path) {
    int level = 0;
    for (int i = root.length(); i < path.length(); i++) {
      if (path.charAt(i) == '/') {
        level++;
      }
    }
    return level;
  }
}
