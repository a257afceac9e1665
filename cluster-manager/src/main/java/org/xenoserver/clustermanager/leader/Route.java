package org.xenoserver.clustermanager.leader;

import org.xenoserver.clustermanager.store.Term;

/** Where a write goes. */
public sealed interface Route {
  /** This manager leads. */
  record Here(Term term) implements Route {}

  /**
   * Another one leads.
   *
   * @param address its gRPC address
   */
  record Elsewhere(String address) implements Route {}
}
