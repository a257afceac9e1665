package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Domains and hosts as a client of the manager sees them. */
final class Domains {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ForeignClient manager;

  Domains(ForeignClient manager) {
    this.manager = manager;
  }

  /** A specification in JSON of a Debian guest. */
  static String debian(String name) {
    return """
    {"name":"%s","memory_bytes":268435456,"vcpus":1,"kernel":"image:debian",
     "initrd":"image:debian","command_line":"console=ttyS0 hostname=%s"}\
    """
        .formatted(name, name);
  }

  /** A specification in JSON of a guest that only waits. */
  static String tiny(String name, Path kernel) {
    return """
    {"name":"%s","memory_bytes":33554432,"vcpus":1,"kernel":"%s"}\
    """
        .formatted(name, kernel);
  }

  JsonNode create(String spec, boolean start, String host) throws Exception {
    return manager.call(
        "DomainService",
        "CreateDomain",
        "{\"spec\":%s,\"start\":%s,\"host\":\"%s\"}".formatted(spec, start, host));
  }

  /** Calls a method that takes a domain's name. */
  JsonNode call(String method, String domain) throws Exception {
    return manager.call("DomainService", method, "{\"domain\":\"%s\"}".formatted(domain));
  }

  /** Destroys a domain and waits until it is forgotten. */
  void destroy(String domain) throws Exception {
    call("DestroyDomain", domain);
    await()
        .atMost(PATIENCE)
        .until(() -> {
          try {
            call("GetDomain", domain);
            return false;
          } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.NOT_FOUND;
          }
        });
  }

  /** Follows the stream of changes until a domain is in a state. */
  void awaitState(String domain, String state) throws Exception {
    Iterator<JsonNode> events =
        manager.watch("DomainService", "WatchDomains", "{\"domain\":\"%s\"}".formatted(domain));
    while (events.hasNext()) {
      JsonNode event = events.next();
      if (event.path("domain").path("state").asString("").equals("DOMAIN_STATE_" + state)) {
        return;
      }
    }
    throw new AssertionError("the watch ended before " + domain + " was " + state);
  }

  /** Every domain's state, host and epoch by its name. */
  Map<String, String> states() throws Exception {
    Map<String, String> states = new TreeMap<>();
    for (JsonNode domain : manager.call("DomainService", "ListDomains", "{}").get("domains")) {
      states.put(
          domain.get("spec").get("name").asString(),
          "%s on %s, epoch %s, %s"
              .formatted(
                  domain.get("state").asString(),
                  domain.get("host").asString(),
                  domain.get("epoch").asString(),
                  domain.get("spec").get("uuid").asString()));
    }
    return states;
  }

  /** Every host's state by its name. */
  Map<String, String> hosts() throws Exception {
    Map<String, String> hosts = new TreeMap<>();
    for (JsonNode host : manager.call("HostService", "ListHosts", "{}").get("hosts")) {
      hosts.put(host.get("name").asString(), host.get("state").asString());
    }
    return hosts;
  }

  /** Waits until all hosts are up. */
  void awaitAllHosts() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(hosts())
                .containsOnlyKeys(Cluster.HOSTS)
                .containsValues("HOST_STATE_UP")
                .doesNotContainValue("HOST_STATE_LOST"));
  }
}
