package org.xenoserver.hostagent.domains;

import java.util.List;
import org.xenoserver.proto.v1.Domain;

/** Is told of the domains there are and then of every change; never by two threads at once. */
public interface DomainWatcher {
  /** Every domain at the moment the watch began. Called first, once; must not block. */
  void snapshot(List<Domain> domains);

  /** A domain after a change; {@code DOMAIN_STATE_DESTROYED} is its last. Must not block. */
  void changed(Domain domain);
}
