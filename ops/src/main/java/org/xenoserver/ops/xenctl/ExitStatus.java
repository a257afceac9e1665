package org.xenoserver.ops.xenctl;

import io.grpc.Status;
import java.util.LinkedHashMap;
import java.util.Map;

/** What xenctl ends with. */
public enum ExitStatus {
  /** The answer is on standard output. */
  OK("Done."),
  /** The cluster understood and refused, or the domain failed. */
  REFUSED("Refused: wrong state, name taken, value out of range, no room, domain crashed."),
  /** The command line, an environment variable or the domain XML is wrong; nothing was sent. */
  USAGE("Wrong usage, or a domain XML file that is missing or not valid."),
  /** A domain, a host or a file on the host is not there. */
  NOT_FOUND("There is no such domain or host, or a file is not on the host."),
  /** Nobody answered, or not in time. */
  UNREACHABLE("The cluster cannot be reached or did not answer within --timeout."),
  /** A fault of ours. */
  INTERNAL("Internal error.");

  private final String meaning;

  ExitStatus(String meaning) {
    this.meaning = meaning;
  }

  /** The number a shell sees. */
  public int code() {
    return ordinal();
  }

  /** The outcome a gRPC status stands for. */
  static ExitStatus of(Status.Code status) {
    return switch (status) {
      case OK -> OK;
      case INVALID_ARGUMENT,
          OUT_OF_RANGE,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          RESOURCE_EXHAUSTED,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          ABORTED ->
          REFUSED;
      case NOT_FOUND -> NOT_FOUND;
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> UNREACHABLE;
      case UNKNOWN, UNIMPLEMENTED, INTERNAL, DATA_LOSS -> INTERNAL;
    };
  }

  /** Number and meaning, for the help. */
  static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    for (ExitStatus status : values()) {
      table.put(Integer.toString(status.code()), status.meaning);
    }
    return table;
  }
}
