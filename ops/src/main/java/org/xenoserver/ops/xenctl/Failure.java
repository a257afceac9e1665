package org.xenoserver.ops.xenctl;

import io.grpc.Status;

/** What could not be done: one sentence for the person, a status for the script. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  private final ExitStatus exitStatus;
  private final String code;

  private Failure(ExitStatus exitStatus, String code, String sentence) {
    super(sentence);
    this.exitStatus = exitStatus;
    this.code = code;
  }

  static Failure of(ExitStatus exitStatus, String sentence) {
    return new Failure(exitStatus, exitStatus.name(), sentence);
  }

  static Failure of(Status.Code code, String sentence) {
    return new Failure(ExitStatus.of(code), code.name(), sentence);
  }

  ExitStatus exitStatus() {
    return exitStatus;
  }

  /** The name of the gRPC status where a server answered one, of the exit status otherwise. */
  String code() {
    return code;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
