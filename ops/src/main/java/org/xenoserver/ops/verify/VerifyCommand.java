package org.xenoserver.ops.verify;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code xeno verify}: checks, each a subcommand. */
@Command(
    name = "verify",
    description = "Looks for mistakes of the processor by long runs.",
    subcommands = {CpuVerb.class, MemoryVerb.class})
public final class VerifyCommand implements Callable<Integer> {
  /** Refuses: one of the subcommands is needed. */
  @Override
  public Integer call() {
    System.err.println("xeno verify: name what to verify: cpu or memory");
    return 2;
  }
}
