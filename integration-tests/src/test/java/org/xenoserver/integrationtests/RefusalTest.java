package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Wrong input is refused in one sentence that names it, and leaves nothing behind. */
@ExtendWith(SharedCluster.class)
final class RefusalTest {
  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          memory of 0          | "memory_bytes":0                      | INVALID_ARGUMENT   | memory_bytes
          memory not in pages  | "memory_bytes":4097                   | INVALID_ARGUMENT   | 4097
          more than a host has | "memory_bytes":2147483648             | RESOURCE_EXHAUSTED | memory
          no vcpus             | "vcpus":0                             | INVALID_ARGUMENT   | vcpus
          too many vcpus       | "vcpus":129                           | INVALID_ARGUMENT   | 129
          no name              | "name":""                             | INVALID_ARGUMENT   | name
          a bad name           | "name":"a b"                          | INVALID_ARGUMENT   | a b
          a bad UUID           | "uuid":"12"                           | INVALID_ARGUMENT   | uuid
          no kernel            | "kernel":""                           | INVALID_ARGUMENT   | kernel
          a relative kernel    | "kernel":"vmlinux"                    | INVALID_ARGUMENT   | vmlinux
          a missing kernel     | "kernel":"/nowhere/kernel"            | NOT_FOUND          | /nowhere/kernel
          a missing image      | "kernel":"image:nothing"              | NOT_FOUND          | image:nothing
          a missing initrd     | "initrd":"/nowhere/initrd"            | NOT_FOUND          | /nowhere/initrd
          a missing disk       | "disks":[{"file":"/nowhere/disk"}]    | NOT_FOUND          | /nowhere/disk
          a duplicate name     | "name":"taken"                        | ALREADY_EXISTS     | taken
          a duplicate UUID     | "uuid":"UUID"                         | ALREADY_EXISTS     | UUID
          """)
  void shouldRefuseADomain(
      String what, String wrong, Status.Code code, String culprit, Cluster cluster)
      throws Exception {
    String kernel = TinyKernel.in(folder).toString();
    try (ForeignClient manager = cluster.connect("cluster-manager");
        ForeignClient alpha = cluster.connect("alpha");
        ForeignClient beta = cluster.connect("beta")) {
      Domains domains = new Domains(manager);
      domains.awaitAllHosts();
      String uuid =
          domains
              .create(Domains.tiny("taken", Path.of(kernel)), false, "")
              .get("spec")
              .get("uuid")
              .asString();
      domains.awaitState("taken", "DEFINED");
      Map<String, Integer> tree = cluster.tree();
      String onAlpha = list(alpha);
      String onBeta = list(beta);

      String spec =
          Domains.tiny("new", Path.of(kernel))
              .replace("}", "," + wrong.replace("UUID", uuid) + "}");
      StatusRuntimeException refusal =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> domains.create(lastWins(spec), true, ""));

      assertThat(refusal).as("refusal of %s", what).isNotNull();
      System.out.println(
          refusal.getStatus().getCode() + ": " + refusal.getStatus().getDescription());
      assertThat(refusal.getStatus().getCode()).isEqualTo(code);
      assertThat(refusal.getStatus().getDescription())
          .contains(culprit.replace("UUID", uuid))
          .doesNotContain("\n", "Exception");
      assertThat(cluster.tree()).isEqualTo(tree);
      assertThat(list(alpha)).isEqualTo(onAlpha);
      assertThat(list(beta)).isEqualTo(onBeta);
      domains.destroy("taken");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster-manager", "accounting", "alpha"})
  void shouldRefuseAnAddressOfZooKeeperThatIsNone(String daemon, Cluster cluster) throws Exception {
    String known = Files.readString(cluster.configuration(daemon));
    Path wrong =
        Files.writeString(
            folder.resolve("wrong.yaml"),
            known.replaceFirst("(?m)^zookeeper: .*", "zookeeper: zk1:2181,zk2:quorum"));
    XenoProcess.Ended ended = XenoProcess.run(command(daemon), "--config", wrong.toString());
    System.out.print(ended.errors());
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.errors()).containsOnlyOnce("\n").contains("zookeeper", "zk2:quorum");
    assertThat(ended.output()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "cluster-manager", "accounting", "alpha"})
  void shouldRefuseAnUnknownConfigurationKey(String daemon, Cluster cluster) throws Exception {
    String known = Files.readString(cluster.configuration(daemon));
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), known + "colour: red\n");
    XenoProcess.Ended ended = XenoProcess.run(command(daemon), "--config", wrong.toString());
    System.out.print(ended.errors());
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.errors()).containsOnlyOnce("\n").contains("colour", "wrong.yaml");
    assertThat(ended.output()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "cluster-manager", "accounting", "alpha"})
  void shouldRefuseAPortInUse(String daemon, Cluster cluster) throws Exception {
    Map<String, Integer> tree = cluster.tree();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String configuration =
          Files.readString(cluster.configuration(daemon))
              .replaceAll("(?m)^listen: .*", "listen: 127.0.0.1:" + taken.getLocalPort())
              .replace("name: alpha", "name: gamma")
              .replace("usage.db", "other.db")
              .replaceAll("data: .*", "data: " + folder);
      Path file = Files.writeString(folder.resolve("in-use.yaml"), configuration);
      XenoProcess.Ended ended = XenoProcess.run(command(daemon), "--config", file.toString());
      System.out.print(ended.errors());
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.errors())
          .containsOnlyOnce("\n")
          .contains(String.valueOf(taken.getLocalPort()), "in use");
      assertThat(ended.output()).isEmpty();
    }
    assertThat(cluster.tree()).isEqualTo(tree);
    try (ForeignClient manager = cluster.connect("cluster-manager")) {
      assertThat(new Domains(manager).hosts()).containsOnlyKeys(Cluster.HOSTS);
    }
  }

  @Test
  void shouldRefuseXmlThatIsNotADomain(Cluster cluster) throws Exception {
    Map<String, Integer> tree = cluster.tree();
    Map<String, String> wrong =
        Map.of(
            "<domain type='xenoserver'>\n<name>x</nam></domain>", ":2:",
            "<domain type='xenoserver'>\n<name>x</name>\n<colour/></domain>", ":3:",
            """
            <domain type='xenoserver'>
            <name>x</name>
            <memory>0</memory>
            <os><type>hvm</type><kernel>/k</kernel></os>
            </domain>\
            """,
                ":3:");
    for (Map.Entry<String, String> document : wrong.entrySet()) {
      Path file = Files.writeString(folder.resolve("wrong.xml"), document.getKey());
      XenoProcess.Ended ended =
          XenoProcess.run(
              "ctl", "--manager", cluster.address("cluster-manager"), "create", file.toString());
      System.out.print(ended.errors());
      assertThat(ended.status()).isEqualTo(2);
      assertThat(ended.errors())
          .containsOnlyOnce("\n")
          .contains(file.getFileName() + document.getValue());
    }
    assertThat(cluster.tree()).isEqualTo(tree);
  }

  private static String command(String daemon) {
    return Cluster.HOSTS.contains(daemon) ? "host-agent" : daemon;
  }

  private static String list(ForeignClient agent) throws Exception {
    return agent.call("HostAgentService", "ListHostDomains", "{}").toString();
  }

  /** The same object with repeated keys as JSON readers have them, of which the last is meant. */
  private static String lastWins(String json) {
    return JsonMapper.shared().readTree(json).toString();
  }
}
