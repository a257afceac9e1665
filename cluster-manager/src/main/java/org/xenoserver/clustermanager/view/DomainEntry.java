package org.xenoserver.clustermanager.view;

import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;

/**
 * A domain in the view.
 *
 * @param stored what the cluster wants
 * @param domain how it looks to clients
 */
public record DomainEntry(DomainRecord stored, Domain domain) {
  /** The domain's UUID. */
  public String uuid() {
    return stored.getSpec().getUuid();
  }

  /** The domain's name. */
  public String name() {
    return stored.getSpec().getName();
  }

  /** The state clients see. */
  public DomainState state() {
    return domain.getState();
  }
}
