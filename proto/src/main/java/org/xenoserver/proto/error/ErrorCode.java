package org.xenoserver.proto.error;

import io.grpc.Status;

/** Why a request was refused, mapped once to the status a gRPC client sees. */
public enum ErrorCode {
  /** A value is out of its range or not well formed. */
  INVALID(Status.Code.INVALID_ARGUMENT),
  /** A domain, host or file is not there. */
  NOT_FOUND(Status.Code.NOT_FOUND),
  /** A name or UUID is taken. */
  ALREADY_EXISTS(Status.Code.ALREADY_EXISTS),
  /** The domain is in a state that does not allow it. */
  WRONG_STATE(Status.Code.FAILED_PRECONDITION),
  /** No host has enough left. */
  EXHAUSTED(Status.Code.RESOURCE_EXHAUSTED),
  /** What is asked for is so old that it is no longer kept. */
  COMPACTED(Status.Code.OUT_OF_RANGE),
  /** A stream's reader fell too far behind. */
  SLOW_READER(Status.Code.RESOURCE_EXHAUSTED),
  /** A host, the leader or ZooKeeper cannot be reached; trying again may help. */
  UNAVAILABLE(Status.Code.UNAVAILABLE),
  /** The manager asked does not lead; the request, with its id, is for another or for later. */
  NOT_LEADER(Status.Code.UNAVAILABLE),
  /** Changed by someone else meanwhile; reading it again and retrying helps. */
  CONFLICT(Status.Code.ABORTED),
  /** A fault of ours. */
  INTERNAL(Status.Code.INTERNAL);

  private final Status.Code status;

  ErrorCode(Status.Code status) {
    this.status = status;
  }

  /** The gRPC status of this reason. */
  public Status.Code status() {
    return status;
  }

  /** The reason nearest to a status that carries no details of ours. */
  static ErrorCode nearest(Status.Code status) {
    return switch (status) {
      case INVALID_ARGUMENT -> INVALID;
      case OUT_OF_RANGE -> COMPACTED;
      case NOT_FOUND -> NOT_FOUND;
      case ALREADY_EXISTS -> ALREADY_EXISTS;
      case FAILED_PRECONDITION -> WRONG_STATE;
      case RESOURCE_EXHAUSTED -> EXHAUSTED;
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> UNAVAILABLE;
      case ABORTED -> CONFLICT;
      case OK, UNKNOWN, PERMISSION_DENIED, UNIMPLEMENTED, INTERNAL, DATA_LOSS, UNAUTHENTICATED ->
          INTERNAL;
    };
  }
}
