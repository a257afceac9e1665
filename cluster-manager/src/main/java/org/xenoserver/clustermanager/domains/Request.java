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
      "start",
      "started",
      DesiredState.DESIRED_STATE_RUNNING,
      EnumSet.of(
          DomainState.DOMAIN_STATE_DEFINED,
          DomainState.DOMAIN_STATE_STOPPED,
          DomainState.DOMAIN_STATE_CRASHED)),
  /** Holds its virtual CPUs. */
  PAUSE(
      "pause",
      "paused",
      DesiredState.DESIRED_STATE_PAUSED,
      EnumSet.of(DomainState.DOMAIN_STATE_RUNNING)),
  /** Lets them go on. */
  UNPAUSE(
      "unpause",
      "unpaused",
      DesiredState.DESIRED_STATE_RUNNING,
      EnumSet.of(DomainState.DOMAIN_STATE_PAUSED)),
  /** Asks the guest to power itself off. */
  SHUTDOWN(
      "shutdown",
      "shut down",
      DesiredState.DESIRED_STATE_STOPPED,
      EnumSet.of(DomainState.DOMAIN_STATE_RUNNING));

  private final String verb;
  private final String done;
  private final DesiredState desired;
  private final Set<DomainState> from;

  Request(String verb, String done, DesiredState desired, Set<DomainState> from) {
    this.verb = verb;
    this.done = done;
    this.desired = desired;
    this.from = from;
  }

  /** What operations call it. */
  public String verb() {
    return verb;
  }

  /**
   * The request that operations call so.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Request of(String verb) {
    for (Request request : values()) {
      if (request.verb.equals(verb)) {
        return request;
      }
    }
    throw new IllegalArgumentException("no request is called '" + verb + "'");
  }

  /** What is wanted of the domain from then on. */
  public DesiredState desired() {
    return desired;
  }

  /** Whether a domain in this state can be asked. */
  public boolean allowedIn(DomainState state) {
    return from.contains(state);
  }

  /** Why a domain in this state cannot be asked. */
  public String refusal(String name, DomainState state) {
    return "domain '%s' is %s; only one that is %s can be %s"
        .formatted(
            name,
            text(state),
            from.stream().map(Request::text).collect(Collectors.joining(" or ")),
            done);
  }

  /** Whether the host has followed. */
  public boolean followed(DomainState state) {
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
