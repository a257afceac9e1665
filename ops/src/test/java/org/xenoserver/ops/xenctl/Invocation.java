package org.xenoserver.ops.xenctl;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of xenctl and what came of it. */
record Invocation(int status, String out, String err) {
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  static Invocation of(Map<String, String> environment, String... arguments) {
    return of(environment, new ByteArrayInputStream(new byte[0]), Optional::empty, arguments);
  }

  static Invocation of(
      Map<String, String> environment,
      InputStream in,
      RawTerminal.Source terminals,
      String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            in,
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            () -> NOW,
            terminals);
    int status = CommandRunner.run(shell, arguments);
    return new Invocation(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Talks to a fake cluster, which is both manager and accounting. */
  static Invocation at(FakeCluster cluster, String... arguments) {
    return of(environment(cluster), arguments);
  }

  static Invocation at(
      FakeCluster cluster, InputStream in, RawTerminal.Source terminals, String... arguments) {
    return of(environment(cluster), in, terminals, arguments);
  }

  private static Map<String, String> environment(FakeCluster cluster) {
    return Map.of(
        "XENOSERVER_MANAGER", cluster.address(), "XENOSERVER_ACCOUNTING", cluster.address());
  }

  /** The words of each line of output. */
  List<List<String>> words() {
    return out.lines().map(line -> List.of(line.split("  +"))).toList();
  }
}
