package org.xenoserver.clustermanager.control;

import java.util.HashMap;
import java.util.Map;
import org.xenoserver.clustermanager.placement.Resources;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectRecord;
import org.xenoserver.proto.v1.ProjectResources;

/**
 * What projects take: counted from the domains at the beginning of the term, and stored with each
 * project in the same commit as the domain that changes it. For limits, domains being created count
 * already.
 */
final class Quotas {
  /** The project of domains that name none; it is always there. */
  static final String DEFAULT = "default";

  private final Ledger ledger;
  private final Map<String, ProjectResources> usage = new HashMap<>();

  /** What domains being created will take. */
  private final Map<String, ProjectResources> promised = new HashMap<>();

  Quotas(Ledger ledger) {
    this.ledger = ledger;
  }

  static String project(DomainSpec spec) {
    return spec.getProject().isEmpty() ? DEFAULT : spec.getProject();
  }

  ProjectResources usage(String project) {
    return usage.getOrDefault(project, ProjectResources.getDefaultInstance());
  }

  /** Whether nothing is taken or promised. */
  boolean isUnused(String project) {
    return usage(project).getDomains() == 0 && promised(project).getDomains() == 0;
  }

  private ProjectResources promised(String project) {
    return promised.getOrDefault(project, ProjectResources.getDefaultInstance());
  }

  /** Counts a domain that is there. */
  void count(DomainSpec spec) {
    usage.put(project(spec), plus(usage(project(spec)), spec, 1));
  }

  /**
   * Promises a new domain what it takes.
   *
   * @throws RpcFailure NOT_FOUND if there is no such project; RESOURCE_EXHAUSTED if it would take
   *     more than it may
   */
  void promise(DomainSpec spec) {
    String name = project(spec);
    ProjectRecord record = ledger.project(name);
    if (record == null && !name.equals(DEFAULT)) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no project '%s'".formatted(name));
    }
    ProjectResources after = plus(sum(usage(name), promised(name)), spec, 1);
    if (record != null) {
      ProjectResources limits = record.getProject().getLimits();
      refuse(name, "domains", after.getDomains(), limits.getDomains());
      refuse(name, "vCPUs", after.getVcpus(), limits.getVcpus());
      refuse(name, "bytes of memory", after.getMemoryBytes(), limits.getMemoryBytes());
      refuse(name, "bytes of disk", after.getDiskBytes(), limits.getDiskBytes());
    }
    promised.put(name, plus(promised(name), spec, 1));
  }

  /** Takes a promise back, or has it kept. */
  void unpromise(DomainSpec spec) {
    promised.put(project(spec), plus(promised(project(spec)), spec, -1));
  }

  private static void refuse(String project, String what, long after, long limit) {
    if (limit > 0 && after > limit) {
      throw RpcFailure.of(
          ErrorCode.EXHAUSTED,
          "project '%s' may have %d %s and would have %d".formatted(project, limit, what, after));
    }
  }

  /** Counts a domain no more. */
  void give(DomainSpec spec) {
    usage.put(project(spec), plus(usage(project(spec)), spec, -1));
  }

  /** Stores what the project of a domain takes, in the transaction that changes it. */
  void store(DomainSpec spec) {
    ProjectRecord record = ledger.project(project(spec));
    if (record != null) {
      store(record.getProject());
    }
  }

  /** Stores a project with what it takes. */
  void store(Project project) {
    ledger.putProject(project.toBuilder().setUsage(usage(project.getName())).build());
  }

  private static ProjectResources sum(ProjectResources a, ProjectResources b) {
    return ProjectResources.newBuilder()
        .setDomains(a.getDomains() + b.getDomains())
        .setVcpus(a.getVcpus() + b.getVcpus())
        .setMemoryBytes(a.getMemoryBytes() + b.getMemoryBytes())
        .setDiskBytes(a.getDiskBytes() + b.getDiskBytes())
        .build();
  }

  private static ProjectResources plus(ProjectResources sum, DomainSpec spec, int sign) {
    Resources resources = PlacementReader.resources(spec);
    return ProjectResources.newBuilder()
        .setDomains(sum.getDomains() + sign)
        .setVcpus(sum.getVcpus() + sign * resources.vcpus())
        .setMemoryBytes(sum.getMemoryBytes() + sign * resources.memoryBytes())
        .setDiskBytes(sum.getDiskBytes() + sign * resources.diskBytes())
        .build();
  }
}
