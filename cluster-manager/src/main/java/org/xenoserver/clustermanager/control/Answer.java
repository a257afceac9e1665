package org.xenoserver.clustermanager.control;

import java.util.Optional;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.Operation;

/** What the control plane says to a command; once for each. */
public sealed interface Answer {
  /**
   * It is stored; a later one of the same id is answered alike.
   *
   * @param drain where domains could go when a drain began; empty for other commands, and if the
   *     drain began earlier
   */
  record Accepted(Operation operation, Optional<DrainReport> drain) implements Answer {
    Accepted(Operation operation) {
      this(operation, Optional.empty());
    }
  }

  /** It changed nothing. */
  record Refused(RpcFailure failure) implements Answer {}

  /**
   * Another manager leads, or none, or the leader's term ended before it knew: to be sent again
   * with the same id.
   */
  record NotNow(String why) implements Answer {}
}
