package org.xenoserver.ops.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.BuildVersion;

/**
 * Ours, as a user starts it.
 *
 * @param launcher the program {@code xeno}
 * @param translate what {@code --translate} is given; null to leave it out
 */
record XenoServer(Path launcher, @Nullable String translate) implements Emulator {
  static final String NAME = "xeno";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return "XenoServer %s on Java %s".formatted(BuildVersion.CURRENT, Runtime.version());
  }

  @Override
  public boolean bootsLinux() {
    return true;
  }

  @Override
  public List<String> command(MachineSetup setup) {
    return command(setup, List.of("run"));
  }

  /** The same with figures written to a file at the end. */
  List<String> command(MachineSetup setup, Path stats) {
    List<String> command = new ArrayList<>(command(setup));
    command.addAll(List.of("--stats", stats.toString()));
    return command;
  }

  /** The command that starts domains of one setup one after another in one process. */
  List<String> commandOfDomains(MachineSetup setup, int domains) {
    List<String> command =
        new ArrayList<>(command(setup, List.of("bench", SecondDomainCommand.NAME)));
    command.addAll(List.of("--domains", Integer.toString(domains)));
    return command;
  }

  /** The command that pauses a domain again and again. */
  List<String> commandOfPauses(MachineSetup setup, int pauses) {
    List<String> command = new ArrayList<>(command(setup, List.of("bench", PauseCommand.NAME)));
    command.addAll(List.of("--pauses", Integer.toString(pauses)));
    return command;
  }

  private List<String> command(MachineSetup setup, List<String> verb) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(verb);
    command.addAll(List.of("--memory", setup.memoryMiB() + "M"));
    command.addAll(List.of("--cpus", Integer.toString(setup.harts())));
    command.addAll(List.of("--kernel", setup.kernel().toString()));
    Path initrd = setup.initrd();
    if (initrd != null) {
      command.addAll(List.of("--initrd", initrd.toString()));
    }
    command.addAll(List.of("--append", setup.append()));
    if (translate != null) {
      command.addAll(List.of("--translate", translate));
    }
    return command;
  }
}
