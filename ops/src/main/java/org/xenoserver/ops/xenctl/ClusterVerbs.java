package org.xenoserver.ops.xenctl;

import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.DomainUsage;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.ListHostsRequest;
import org.xenoserver.proto.v1.ListUsageRequest;
import org.xenoserver.proto.v1.Version;

/** Questions about the cluster as a whole. */
final class ClusterVerbs {
  private ClusterVerbs() {}

  static ExitStatus hosts(Server manager, Printer printer) throws StatusException {
    printer.hosts(manager.hosts().listHosts(ListHostsRequest.getDefaultInstance()).getHostsList());
    return ExitStatus.OK;
  }

  /** Prints totals of a domain, or of all if it is empty. */
  static ExitStatus usage(Server accounting, Printer printer, String domain)
      throws StatusException, Failure {
    List<DomainUsage> usage =
        accounting
            .usage()
            .listUsage(ListUsageRequest.newBuilder().setDomain(domain).build())
            .getUsageList();
    if (usage.isEmpty() && !domain.isEmpty()) {
      throw Failure.of(
          ExitStatus.NOT_FOUND, "accounting has no usage of a domain '" + domain + "'");
    }
    printer.usage(usage);
    return ExitStatus.OK;
  }

  /** Prints the client's version and the manager's, or why that is not known. */
  static ExitStatus version(Server manager, Printer printer) throws Failure {
    Version answer = null;
    String problem = "";
    try {
      answer = manager.cluster().getVersion(GetVersionRequest.getDefaultInstance());
    } catch (StatusException e) {
      problem = manager.failure(e).sentence();
    }
    if (printer.json()) {
      printer.text(Json.document(versionObject(answer, problem)) + "\n");
      return ExitStatus.OK;
    }
    printer.line("xenctl " + clientVersion());
    printer.line(
        answer == null
            ? "cluster manager unknown: " + problem
            : "cluster manager %s at %s%s"
                .formatted(
                    answer.getVersion(),
                    manager.endpoint(),
                    answer.getLeader() ? " (leader)" : ""));
    return ExitStatus.OK;
  }

  private static Map<String, @Nullable Object> versionObject(
      @Nullable Version answer, String problem) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("client", Map.of("version", clientVersion()));
    if (answer == null) {
      object.put("manager", null);
      object.put("error", problem);
    } else {
      object.put("manager", Map.of("version", answer.getVersion(), "leader", answer.getLeader()));
    }
    return object;
  }

  static String clientVersion() {
    Properties properties = new Properties();
    try (InputStream in = ClusterVerbs.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read version.properties from the class path", e);
    }
    return properties.getProperty("version", "unknown");
  }
}
