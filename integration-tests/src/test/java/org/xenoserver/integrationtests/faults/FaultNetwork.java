package org.xenoserver.integrationtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.xenoserver.integrationtests.Absence;

/**
 * Nodes, each a network namespace, on a network whose links can be cut, and on a second one out of
 * band that is never cut. Both are bridges in one more namespace; this process has an address on
 * each. Made with iproute2 alone: what does not pass a cut link is dropped by a queue that holds
 * one byte, or by a route to nowhere, without a word to either side.
 */
final class FaultNetwork implements AutoCloseable {
  private static final String PREFIX = "xenofault";
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final int FIRST_ADDRESS = 10;
  private static final int OURS = 1;

  private final long pid = ProcessHandle.current().pid();
  private final int subnet = (int) (pid % 250) + 1;
  private final String networkSwitch = name("switch");
  private final Map<String, Integer> nodes = new LinkedHashMap<>();

  private FaultNetwork() {}

  /** Skips the test where namespaces cannot be made, and says so. */
  static void require() throws InterruptedException {
    String probe = PREFIX + "-" + ProcessHandle.current().pid() + "-probe";
    try {
      run("ip", "netns", "add", probe);
      run("ip", "-n", probe, "link", "add", "v0", "type", "veth", "peer", "name", "v1");
      run("ip", "-n", probe, "link", "add", "b0", "type", "bridge");
      run("tc", "-n", probe, "qdisc", "replace", "dev", "v0", "root", "bfifo", "limit", "1");
      run("ip", "netns", "del", probe);
    } catch (IOException e) {
      Absence.of("network namespaces", e.getMessage() + "; they need root and iproute2");
    }
  }

  /** Makes the networks and removes what a killed test left behind. */
  static FaultNetwork create(List<String> nodes) throws IOException, InterruptedException {
    sweep();
    FaultNetwork network = new FaultNetwork();
    boolean made = false;
    try {
      network.make(nodes);
      made = true;
      return network;
    } finally {
      if (!made) {
        network.close();
      }
    }
  }

  private void make(List<String> names) throws IOException, InterruptedException {
    run("ip", "netns", "add", networkSwitch);
    for (String bridge : List.of("net", "oob")) {
      run("ip", "-n", networkSwitch, "link", "add", bridge, "type", "bridge");
      run("ip", "-n", networkSwitch, "link", "set", bridge, "up");
    }
    for (String name : names) {
      nodes.put(name, nodes.size());
      run("ip", "netns", "add", name(name));
      run("ip", "-n", name(name), "link", "set", "lo", "up");
      join(List.of("-n", name(name)), "net", port("net", name), address(name));
      join(List.of("-n", name(name)), "oob", port("oob", name), outOfBand(name));
    }
    join(List.of(), ours("net"), "netours", address(OURS));
    join(List.of(), ours("oob"), "oobours", outOfBand(OURS));
  }

  /** Plugs a namespace into a bridge. */
  private void join(List<String> namespace, String device, String port, String address)
      throws IOException, InterruptedException {
    List<String> add = new ArrayList<>(List.of("ip", "-n", networkSwitch, "link", "add", port));
    add.addAll(List.of("type", "veth", "peer", "name", device, "netns"));
    add.add(namespace.isEmpty() ? Long.toString(pid) : namespace.getLast());
    run(add.toArray(String[]::new));
    String bridge = port.substring(0, 3);
    run("ip", "-n", networkSwitch, "link", "set", port, "master", bridge, "up");
    List<String> ip = new ArrayList<>(List.of("ip"));
    ip.addAll(namespace);
    ip.addAll(List.of("address", "add", address + "/24", "dev", device));
    run(ip.toArray(String[]::new));
    List<String> up = new ArrayList<>(List.of("ip"));
    up.addAll(namespace);
    up.addAll(List.of("link", "set", device, "up"));
    run(up.toArray(String[]::new));
  }

  private String name(String node) {
    return "%s-%d-%s".formatted(PREFIX, pid, node);
  }

  /** Names of devices of the root namespace are short, and must be ours alone. */
  private String ours(String network) {
    return "xf%d%s".formatted(pid, network);
  }

  private String port(String network, String node) {
    return network + nodes.get(node);
  }

  private String address(int host) {
    return "198.18.%d.%d".formatted(subnet, host);
  }

  private String outOfBand(int host) {
    return "198.19.%d.%d".formatted(subnet, host);
  }

  /** A node's address on the network that is cut. */
  String address(String node) {
    return address(FIRST_ADDRESS + index(node));
  }

  /** A node's address that is always reached. */
  String outOfBand(String node) {
    return outOfBand(FIRST_ADDRESS + index(node));
  }

  private int index(String node) {
    Integer index = nodes.get(node);
    if (index == null) {
      throw new IllegalArgumentException("there is no node " + node);
    }
    return index;
  }

  /** What to put before a command for it to run on a node, as the same process. */
  List<String> launcher(String node) {
    return List.of("ip", "netns", "exec", name(node));
  }

  /** Cuts what a node sends. */
  void cutOutgoing(String node) throws IOException, InterruptedException {
    drop(name(node), "net");
  }

  /** Cuts what is sent to a node. */
  void cutIncoming(String node) throws IOException, InterruptedException {
    drop(networkSwitch, port("net", node));
  }

  /** Cuts what one node sends to another. */
  void cut(String from, String to) throws IOException, InterruptedException {
    run("ip", "-n", name(from), "route", "replace", "blackhole", address(to) + "/32");
  }

  private static void drop(String namespace, String device)
      throws IOException, InterruptedException {
    run("tc", "-n", namespace, "qdisc", "replace", "dev", device, "root", "bfifo", "limit", "1");
  }

  /** Joins everything that was cut around a node. */
  void heal(String node) throws IOException, InterruptedException {
    run("tc", "-n", name(node), "qdisc", "replace", "dev", "net", "root", "pfifo");
    run("tc", "-n", networkSwitch, "qdisc", "replace", "dev", port("net", node), "root", "pfifo");
    run("ip", "-n", name(node), "route", "flush", "type", "blackhole");
  }

  /** Removes everything. */
  @Override
  public void close() {
    for (String device : List.of(ours("net"), ours("oob"))) {
      attempt("ip", "link", "del", device);
    }
    nodes.keySet().forEach(node -> attempt("ip", "netns", "del", name(node)));
    attempt("ip", "netns", "del", networkSwitch);
  }

  /** Ends what runs in namespaces of tests that run no more, and removes them. */
  private static void sweep() throws IOException, InterruptedException {
    if (!Files.exists(NAMESPACES)) {
      return;
    }
    List<String> stale;
    try (Stream<Path> all = Files.list(NAMESPACES)) {
      stale =
          all.map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith(PREFIX + "-"))
              .filter(name -> ProcessHandle.of(Long.parseLong(name.split("-")[1])).isEmpty())
              .toList();
    }
    for (String name : stale) {
      for (String left : run("ip", "netns", "pids", name).lines().toList()) {
        ProcessHandle.of(Long.parseLong(left)).ifPresent(ProcessHandle::destroyForcibly);
      }
      run("ip", "netns", "del", name);
    }
  }

  private static void attempt(String... command) {
    try {
      run(command);
    } catch (IOException e) {
      System.out.println("not removed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("'%s' failed: %s".formatted(String.join(" ", command), said));
    }
    return said;
  }
}
