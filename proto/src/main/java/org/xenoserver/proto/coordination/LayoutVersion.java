package org.xenoserver.proto.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.xenoserver.proto.ZooKeeperLayout;

/**
 * Makes the folders of the layout where they are missing, and refuses a layout of another version.
 */
public final class LayoutVersion {
  private static final List<String> FOLDERS =
      List.of(
          ZooKeeperLayout.HOSTS,
          ZooKeeperLayout.LEASES,
          ZooKeeperLayout.PROOFS,
          ZooKeeperLayout.DOMAINS,
          ZooKeeperLayout.ASSIGNMENTS,
          ZooKeeperLayout.STATUS,
          ZooKeeperLayout.PROJECTS,
          ZooKeeperLayout.MAINTENANCE,
          ZooKeeperLayout.LOG,
          ZooKeeperLayout.TERM);

  private LayoutVersion() {}

  /** What was found. */
  public sealed interface Found {
    /** The layout is ours and complete. */
    record Ours() implements Found {}

    /** It is another's. */
    record Other(String sentence) implements Found {}

    /** The store did not answer; to be asked again. */
    record Unknown(String why) implements Found {}
  }

  /** Looks, and makes what is missing; the answer comes once. */
  public static void ensure(Session session, Consumer<Found> done) {
    session.commit(
        List.of(Write.create(ZooKeeperLayout.LAYOUT, ZooKeeperLayout.VERSION.getBytes(UTF_8))),
        result -> {
          switch (result) {
            case Commit.Done _ -> makeFolders(session, 0, done);
            case Commit.Refused _ -> read(session, done);
            case Commit.Unknown unknown -> done.accept(new Found.Unknown(unknown.why()));
          }
        });
  }

  private static void read(Session session, Consumer<Found> done) {
    Session.Following[] following = new Session.Following[1];
    following[0] =
        session.follow(
            ZooKeeperLayout.LAYOUT,
            0,
            new TreeListener() {
              @Override
              public void snapshot(Map<String, Node> nodes) {
                following[0].end();
                Node node = nodes.get(ZooKeeperLayout.LAYOUT);
                String version = node == null ? "" : new String(node.data(), UTF_8);
                if (version.equals(ZooKeeperLayout.VERSION)) {
                  makeFolders(session, 0, done);
                } else {
                  done.accept(
                      new Found.Other(
                          "ZooKeeper holds layout version '%s' in /%s; this program knows version %s only"
                              .formatted(
                                  version, ZooKeeperLayout.NAMESPACE, ZooKeeperLayout.VERSION)));
                }
              }

              @Override
              public void put(String path, Node node) {}

              @Override
              public void removed(String path) {}
            });
  }

  private static void makeFolders(Session session, int next, Consumer<Found> done) {
    if (next == FOLDERS.size()) {
      done.accept(new Found.Ours());
      return;
    }
    session.commit(
        List.of(Write.create(FOLDERS.get(next), new byte[0])),
        result -> {
          if (result instanceof Commit.Unknown unknown) {
            done.accept(new Found.Unknown(unknown.why()));
          } else {
            makeFolders(session, next + 1, done);
          }
        });
  }
}
