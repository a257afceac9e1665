package org.xenoserver.vmm.machine;

import java.io.IOException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;

/** Builds the board a domain asks for and loads its memory. */
public interface MachineFactory {
  /**
   * Builds a machine.
   *
   * @param permit until when its devices may write
   * @throws IOException if a file cannot be read or is not what it should be; the message is one
   *     sentence that names it
   */
  Machine build(DomainSpec spec, MachineEvents events, RunPermit permit) throws IOException;
}
