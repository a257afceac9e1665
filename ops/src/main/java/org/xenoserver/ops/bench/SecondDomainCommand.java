package org.xenoserver.ops.bench;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Starts domains one after another in one process, as a host does, each once the one before is at
 * its prompt; all stay. Prints {@code domain I MS} for each, from its definition to its prompt.
 */
@Command(
    name = SecondDomainCommand.NAME,
    hidden = true,
    description = "Boots domains one after another on one host; bench cpu starts it.")
final class SecondDomainCommand implements Callable<Integer> {
  static final String NAME = "domains";

  @Mixin private GuestOptions guest = new GuestOptions();

  @Option(names = "--domains", paramLabel = "N")
  private int domains = 2;

  /** The process must not replace the archive of classes that its parent was started from. */
  static Map<String, String> environment(Map<String, String> ours) {
    String options = "XENOSERVER_JAVA_OPTS";
    return Map.of(
        options, (ours.getOrDefault(options, "") + " -XX:-AutoCreateSharedArchive").strip());
  }

  /** What is printed when a domain is at its prompt; the first group is its time in ms. */
  static Pattern line(int domain) {
    return Pattern.compile("(?m)^domain " + domain + " (\\d+\\.\\d+)\r?$");
  }

  @Override
  public Integer call() throws BenchException, InterruptedException {
    MachineSetup setup = guest.setup();
    try (BenchHost host = guest.host(domains)) {
      for (int i = 1; i <= domains; i++) {
        long startNs = System.nanoTime();
        host.start("bench-" + i, setup, GuestShell.PROMPT, GuestShell.BOOT_PATIENCE);
        System.out.println(
            String.format(Locale.ROOT, "domain %d %.1f", i, (System.nanoTime() - startNs) / 1e6));
      }
    }
    return 0;
  }
}
