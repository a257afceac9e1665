package org.xenoserver.clustermanager.placement;

import java.util.Collection;
import org.xenoserver.proto.v1.DomainSpec;

/** Chooses the host of a domain. Implementations keep no state and ask neither time nor chance. */
public interface PlacementPolicy {
  /**
   * Chooses among hosts that are up.
   *
   * @param hosts the candidates, in any order
   * @param spec a specification that passed validation
   * @return a host with room, or one sentence that says why none has
   */
  Placement place(Collection<HostCapacity> hosts, DomainSpec spec);
}
