package org.xenoserver.clustermanager.control;

import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Operation;

/** What the control plane says to a command; once for each. */
public sealed interface Answer {
  /** It is stored; a later one of the same id is answered alike. */
  record Accepted(Operation operation) implements Answer {}

  /** It changed nothing. */
  record Refused(RpcFailure failure) implements Answer {}

  /**
   * Another manager leads, or none, or the leader's term ended before it knew: to be sent again
   * with the same id.
   */
  record NotNow(String why) implements Answer {}
}
