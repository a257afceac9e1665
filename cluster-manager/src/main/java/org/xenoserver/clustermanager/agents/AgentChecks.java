package org.xenoserver.clustermanager.agents;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Host;

/** Asks hosts' agents whether they could take a domain. */
@FunctionalInterface
public interface AgentChecks {
  /**
   * Asks one.
   *
   * @param done called once, on the event loop, with the agent's refusal, UNAVAILABLE if it does
   *     not answer, or null if it could
   */
  void check(Host host, DomainSpec spec, Consumer<@Nullable RpcFailure> done);
}
