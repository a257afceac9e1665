package org.xenoserver.proto.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ZooKeeperStoreTest {
  private static final byte[] DATA = {1, 2};

  private final ThreadEventLoop loop =
      new ThreadEventLoop("test-loop", System::nanoTime, InstantSource.system());
  private final BlockingQueue<Session> connected = new LinkedBlockingQueue<>();
  private final BlockingQueue<Session> lost = new LinkedBlockingQueue<>();
  private TestingServer server;
  private ZooKeeperStore store;
  private Session session;

  @BeforeEach
  void connect() throws Exception {
    server = new TestingServer();
    store = new ZooKeeperStore(server.getConnectString(), Duration.ofSeconds(2), loop);
    store.open(
        new Store.SessionListener() {
          @Override
          public void connected(Session begun) {
            connected.add(begun);
          }

          @Override
          public void lost(Session over) {
            lost.add(over);
          }
        });
    session = next(connected);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    loop.close();
    server.close();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T found = queue.poll(20, TimeUnit.SECONDS);
    assertThat(found).isNotNull();
    return found;
  }

  private Commit commit(Write... writes) throws Exception {
    CompletableFuture<Commit> result = new CompletableFuture<>();
    loop.execute(() -> session.commit(List.of(writes), result::complete));
    return result.get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldCarryOutAllWritesOrNoneAndSayWhichWasRefused() throws Exception {
    assertThat(commit(Write.create("/a", DATA), Write.create("/a/b", DATA)))
        .isInstanceOfSatisfying(
            Commit.Done.class, done -> assertThat(done.versions()).containsExactly(0, 0));
    assertThat(commit(new Write.SetData("/a/b", DATA, 0), new Write.Check("/a", 0)))
        .isInstanceOfSatisfying(
            Commit.Done.class, done -> assertThat(done.versions()).containsExactly(1, -1));
    assertThat(commit(Write.create("/c", DATA), new Write.SetData("/a/b", DATA, 0)))
        .isEqualTo(new Commit.Refused(1, Commit.Reason.BAD_VERSION));
    assertThat(commit(new Write.Check("/c", -1)))
        .isEqualTo(new Commit.Refused(0, Commit.Reason.NO_NODE));
    assertThat(commit(Write.create("/a", DATA)))
        .isEqualTo(new Commit.Refused(0, Commit.Reason.NODE_EXISTS));
  }

  @Test
  void shouldTellAFolderAsItIsAndThenEveryChange() throws Exception {
    commit(Write.create("/f", DATA), Write.create("/f/x", DATA), Write.create("/f/x/y", DATA));
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    loop.execute(() -> session.follow("/f", 2, new Telling(told)));
    assertThat(next(told)).isEqualTo("all [/f/x/y]");
    commit(Write.create("/f/x/z", DATA));
    assertThat(next(told)).isEqualTo("put /f/x/z 0");
    commit(new Write.SetData("/f/x/z", DATA, 0));
    assertThat(next(told)).isEqualTo("put /f/x/z 1");
    commit(new Write.Delete("/f/x/y", -1));
    assertThat(next(told)).isEqualTo("removed /f/x/y");
    server.restart();
    assertThat(next(told)).as("read again, as changes may be missed").isEqualTo("all [/f/x/z]");
  }

  @Test
  void shouldTellOfManyNodesThatChangeAtOnce() throws Exception {
    commit(Write.create("/f", DATA), Write.create("/f/large", new byte[1_000_000]));
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    loop.execute(() -> session.follow("/f", 1, new Telling(told)));
    assertThat(next(told)).isEqualTo("all [/f/large]");
    int nodes = 300;
    Write[] creates = new Write[nodes];
    for (int i = 0; i < nodes; i++) {
      creates[i] = Write.create("/f/" + i, DATA);
    }
    commit(creates);
    Set<String> last = new HashSet<>();
    for (int version = 1; version <= 3; version++) {
      Write[] changes = new Write[nodes];
      for (int i = 0; i < nodes; i++) {
        boolean removed = version == 3 && i % 3 == 0;
        changes[i] =
            removed ? new Write.Delete("/f/" + i, -1) : new Write.SetData("/f/" + i, DATA, -1);
        if (version == 3) {
          last.add(removed ? "removed /f/" + i : "put /f/" + i + " 3");
        }
      }
      commit(changes);
    }
    while (!last.isEmpty()) {
      last.remove(next(told));
    }
    commit(new Write.SetData("/f/large", new byte[1_000_000], -1));
    await(told, "put /f/large 1");
  }

  /** Skips what is told before. */
  private static void await(BlockingQueue<String> told, String last) throws InterruptedException {
    String found = next(told);
    while (!found.equals(last)) {
      found = next(told);
    }
  }

  @Test
  void shouldEndWhatIsAskedOfASessionWithIt() throws Exception {
    commit(Write.createEphemeral("/e", DATA));
    server.stop();
    CompletableFuture<Commit> late = new CompletableFuture<>();
    loop.execute(() -> session.commit(List.of(new Write.Check("/e", 0)), late::complete));
    assertThat(late.get(20, TimeUnit.SECONDS)).isInstanceOf(Commit.Unknown.class);
  }

  private record Telling(BlockingQueue<String> told) implements TreeListener {
    @Override
    public void snapshot(Map<String, Node> nodes) {
      told.add("all " + nodes.keySet());
    }

    @Override
    public void put(String path, Node node) {
      told.add("put " + path + " " + node.version());
    }

    @Override
    public void removed(String path) {
      told.add("removed " + path);
    }
  }
}
