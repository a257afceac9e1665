package org.xenoserver.clustermanager.domains;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.DomainState;

/** What a client may ask of a domain it has: from which states, and what is then wanted of it. */
public enum Request {
  /** Boots a defined domain, or one that ended once more. */
  START(
      "started",
      DesiredState.DESIRED_STATE_RUNNING,
      EnumSet.of(
          DomainState.DOMAIN_STATE_DEFINED,
          DomainState.DOMAIN_STATE_STOPPED,
          DomainState.DOMAIN_STATE_CRASHED)),
  /** Holds its virtual CPUs. */
  PAUSE("paused", DesiredState.DESIRED_STATE_PAUSED, EnumSet.of(DomainState.DOMAIN_STATE_RUNNING)),
  /** Lets them go on. */
  UNPAUSE(
      "unpaused", DesiredState.DESIRED_STATE_RUNNING, EnumSet.of(DomainState.DOMAIN_STATE_PAUSED)),
  /** Asks the guest to power itself off. */
  SHUTDOWN(
      "shut down",
      DesiredState.DESIRED_STATE_STOPPED,
      EnumSet.of(DomainState.DOMAIN_STATE_RUNNING));

  private final String done;
  private final DesiredState desired;
  private final Set<DomainState> from;

  Request(String done, DesiredState desired, Set<DomainState> from) {
    this.done = done;
    this.desired = desired;
    this.from = from;
  }

  /** What is wanted of the domain from then on. */
  DesiredState desired() {
    return desired;
  }

  /** Whether a domain in this state can be asked. */
  boolean allowedIn(DomainState state) {
    return from.contains(state);
  }

  /** Why a domain in this state cannot be asked. */
  String refusal(String name, DomainState state) {
    return "domain '%s' is %s; only one that is %s can be %s"
        .formatted(
            name,
            text(state),
            from.stream().map(Request::text).collect(Collectors.joining(" or ")),
            done);
  }

  /** Whether the host has followed. */
  boolean followed(DomainState state) {
    return switch (state) {
      case DOMAIN_STATE_PENDING, DOMAIN_STATE_DEFINED -> this != START;
      case DOMAIN_STATE_RUNNING -> this == START || this == UNPAUSE;
      case DOMAIN_STATE_PAUSED -> this != UNPAUSE;
      case DOMAIN_STATE_SHUTTING_DOWN,
          DOMAIN_STATE_STOPPED,
          DOMAIN_STATE_CRASHED,
          DOMAIN_STATE_LOST,
          DOMAIN_STATE_DESTROYED,
          DOMAIN_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          true;
    };
  }

  private static String text(DomainState state) {
    return state.name().substring("DOMAIN_STATE_".length());
  }
}
