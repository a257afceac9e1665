package org.xenoserver.clustermanager.view;

import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostState;

/**
 * A host in the view.
 *
 * @param host as clients see it, with what is placed on it
 * @param vcpus virtual CPUs of the domains placed on it
 */
public record HostEntry(Host host, int vcpus) {
  /** Whether its lease is live. */
  public boolean up() {
    return host.getState() == HostState.HOST_STATE_UP;
  }
}
