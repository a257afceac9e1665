package org.xenoserver.ops.xenctl;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.config.DataSize;
import org.xenoserver.proto.v1.ProjectResources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code xenctl project ...}. */
@Command(name = "project", description = "Projects and how much they may take.")
final class ProjectVerb {
  private static final String NAME = "NAME";

  @ParentCommand private @Nullable Xenctl xenctl;

  /** How much a project may take; 0 is no limit. */
  static final class Limits {
    @Option(names = "--domains", paramLabel = "N", description = "Domains; 0 for no limit.")
    long domains;

    @Option(names = "--vcpus", paramLabel = "N", description = "Virtual CPUs; 0 for no limit.")
    long vcpus;

    @Option(names = "--memory", paramLabel = "SIZE", description = "Memory, for example 16G.")
    @Nullable String memory;

    @Option(names = "--disk", paramLabel = "SIZE", description = "Disk, for example 100G.")
    @Nullable String disk;

    ProjectResources message() throws Failure {
      return ProjectResources.newBuilder()
          .setDomains(domains)
          .setVcpus(vcpus)
          .setMemoryBytes(bytes(memory))
          .setDiskBytes(bytes(disk))
          .build();
    }

    private static long bytes(@Nullable String size) throws Failure {
      try {
        return size == null ? 0 : DataSize.parse(size).bytes();
      } catch (IllegalArgumentException e) {
        throw Failure.of(
            ExitStatus.USAGE, "'" + size + "' is not a size; it must be like 512M or 4G");
      }
    }
  }

  @Command(description = "Lists the projects, with what they take.")
  int list() throws Failure, InterruptedException {
    return with(OperatorVerbs::projects);
  }

  @Command(description = "Shows a project.")
  int show(@Parameters(paramLabel = NAME) String name) throws Failure, InterruptedException {
    return with(verbs -> verbs.showProject(name));
  }

  @Command(description = "Creates a project.")
  int create(@Parameters(paramLabel = NAME) String name, @picocli.CommandLine.Mixin Limits limits)
      throws Failure, InterruptedException {
    ProjectResources message = limits.message();
    return with(verbs -> verbs.putProject(true, name, message));
  }

  @Command(description = "Sets a project's limits; those not given are none.")
  int set(@Parameters(paramLabel = NAME) String name, @picocli.CommandLine.Mixin Limits limits)
      throws Failure, InterruptedException {
    ProjectResources message = limits.message();
    return with(verbs -> verbs.putProject(false, name, message));
  }

  @Command(description = "Deletes a project without domains.")
  int delete(@Parameters(paramLabel = NAME) String name) throws Failure, InterruptedException {
    return with(verbs -> verbs.deleteProject(name));
  }

  private int with(Xenctl.OperatorWork work) throws Failure, InterruptedException {
    return Objects.requireNonNull(xenctl).operate(work);
  }
}
