package org.xenoserver.clustermanager.view;

import org.xenoserver.clustermanager.store.StoredDomain;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainState;

/**
 * A domain in the view.
 *
 * @param stored what the cluster wants
 * @param domain how it looks to clients
 * @param held whether its host's agent shows a status for it
 */
public record DomainEntry(StoredDomain stored, Domain domain, boolean held) {
  /** The domain's UUID. */
  public String uuid() {
    return stored.uuid();
  }

  /** The state clients see. */
  public DomainState state() {
    return domain.getState();
  }
}
