package org.xenoserver.vmm.run;

import java.util.ServiceLoader;
import org.xenoserver.vmm.machine.MachineFactory;

/** Which board {@code xeno run} starts. */
final class Board {
  private Board() {}

  static MachineFactory factory() {
    return ServiceLoader.load(MachineFactory.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no board is on the class path"));
  }
}
