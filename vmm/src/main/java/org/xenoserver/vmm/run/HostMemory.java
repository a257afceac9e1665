package org.xenoserver.vmm.run;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How much RAM this machine has. */
final class HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");

  private HostMemory() {}

  /** In bytes; read from the kernel where it says so, because asking the JVM loads much. */
  static long bytes() {
    try (Stream<String> lines = Files.lines(MEMINFO)) {
      Matcher matcher = TOTAL.matcher(lines.findFirst().orElse(""));
      if (matcher.matches()) {
        return Long.parseLong(matcher.group(1)) * 1024;
      }
    } catch (IOException e) {
      // Not Linux: the JVM knows.
      return ofJvm();
    }
    return ofJvm();
  }

  private static long ofJvm() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
