package org.xenoserver.ops.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import picocli.CommandLine.Option;

/** What {@link XenoServer} tells the commands that run guests in their own process. */
final class GuestOptions {
  @Option(names = "--kernel", required = true, paramLabel = "FILE")
  private Path kernel = Path.of("");

  @Option(names = "--initrd", paramLabel = "FILE")
  private @Nullable Path initrd;

  @Option(names = "--append", paramLabel = "TEXT")
  private String append = "";

  @Option(names = "--memory", required = true, paramLabel = "MIBM")
  private String memory = "";

  @Option(names = "--cpus", paramLabel = "N")
  private int cpus = 1;

  @Option(names = "--translate", paramLabel = "MODE")
  private TranslationMode translate = TranslationMode.AUTO;

  MachineSetup setup() {
    int memoryMiB = Integer.parseInt(memory.substring(0, memory.length() - 1));
    return new MachineSetup(kernel, initrd, append, memoryMiB, cpus);
  }

  /** A host with room for so many of the guests. */
  BenchHost host(int guests) {
    return new BenchHost((long) setup().memoryMiB() * guests, translate);
  }
}
