package org.xenoserver.ops.demo;

import io.grpc.Status;

/** What failures of calls say to a person. */
final class Sentences {
  private Sentences() {}

  /** A server's own words, without the status before them. */
  static String of(Throwable problem) {
    Status status = Status.fromThrowable(problem);
    String description = status.getDescription();
    return description == null || description.isBlank() ? status.getCode().name() : description;
  }
}
