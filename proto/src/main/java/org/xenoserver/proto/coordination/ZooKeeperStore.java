package org.xenoserver.proto.coordination;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;

/**
 * A ZooKeeper ensemble as the store: below the layout's namespace, one client handle per session.
 * The handle is not Curator's, which would carry a write over from an expired session to the next:
 * a lease must not be renewed that way.
 */
public final class ZooKeeperStore implements Store {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperStore.class);
  private static final long RETRY_NS = Duration.ofSeconds(1).toNanos();

  /** Answers may be as long as the list of all domains. */
  private static final int LONGEST_ANSWER_BYTES = 64 << 20;

  private final String servers;
  private final Duration sessionTimeout;
  private final EventLoop loop;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ZooKeeperSession current;

  /**
   * A store not opened yet.
   *
   * @param servers host:port, several separated by commas
   * @param sessionTimeout what is asked for; servers may agree to another
   */
  public ZooKeeperStore(String servers, Duration sessionTimeout, EventLoop loop) {
    this.servers = servers;
    this.sessionTimeout = sessionTimeout;
    this.loop = loop;
  }

  @Override
  public void open(SessionListener listener) {
    loop.execute(() -> begin(listener));
  }

  private void begin(SessionListener listener) {
    if (closed.get()) {
      return;
    }
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty("jute.maxbuffer", Integer.toString(LONGEST_ANSWER_BYTES));
    try {
      Life life = new Life(listener);
      ZooKeeper client =
          new ZooKeeper(servers, (int) sessionTimeout.toMillis(), life, false, config);
      life.session = new ZooKeeperSession(client, "/" + ZooKeeperLayout.NAMESPACE, loop);
      current = life.session;
      if (closed.get()) {
        life.session.close();
      }
    } catch (IOException | IllegalArgumentException e) {
      log.warn("cannot connect to ZooKeeper at {}: {}", servers, e.getMessage());
      loop.after(RETRY_NS, () -> begin(listener));
    }
  }

  @Override
  public void close() {
    closed.set(true);
    ZooKeeperSession session = current;
    if (session != null) {
      session.close();
    }
  }

  /** What happens to one handle, told on the loop. */
  private final class Life implements Watcher {
    private final SessionListener listener;
    private @Nullable ZooKeeperSession session;
    private boolean begun;
    private boolean suspended;

    Life(SessionListener listener) {
      this.listener = listener;
    }

    @Override
    public void process(WatchedEvent event) {
      if (event.getType() == Event.EventType.None) {
        loop.execute(() -> changed(event.getState()));
      }
    }

    private void changed(Event.KeeperState state) {
      ZooKeeperSession mine = session;
      if (mine == null || closed.get()) {
        return;
      }
      switch (state) {
        case SyncConnected -> {
          if (!begun) {
            begun = true;
            mine.prepareNamespace(() -> listener.connected(mine));
          } else if (suspended) {
            suspended = false;
            mine.readAgain();
            listener.resumed(mine);
          }
        }
        case Disconnected -> {
          if (begun && !suspended) {
            suspended = true;
            listener.suspended(mine);
          }
        }
        case Expired, AuthFailed -> {
          mine.close();
          if (begun) {
            listener.lost(mine);
          }
          begin(listener);
        }
        default -> log.debug("ZooKeeper says {}", state);
      }
    }
  }
}
