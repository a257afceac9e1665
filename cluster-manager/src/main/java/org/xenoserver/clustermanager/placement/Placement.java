package org.xenoserver.clustermanager.placement;

/** A policy's answer. */
public sealed interface Placement {
  /** The domain goes to this host. */
  record Chosen(String host) implements Placement {}

  /** There is no host to choose from. */
  record NoHost(String reason) implements Placement {}

  /** There are hosts, but none has room. */
  record NoRoom(String reason) implements Placement {}
}
