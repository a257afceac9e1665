package org.xenoserver.clustermanager.placement.plan;

import java.util.List;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.HostCondition;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Policy;

/**
 * How to empty a host. Every domain of the host is either moved or stuck.
 *
 * @param host the host to empty
 * @param moves in the order in which they can be made
 * @param stuck the domains that must stay, and why
 */
public record DrainPlan(String host, List<Move> moves, List<Stuck> stuck) {
  /**
   * Plans with what is known now; the fleet stays as it is.
   *
   * @throws IllegalArgumentException if there is no such host
   */
  public static DrainPlan of(Fleet fleet, String host, Policy policy, long seed) {
    Fleet copy = fleet.copy();
    copy.setCondition(host, HostCondition.DRAINING);
    Rehoming rehoming = new Rehoming(copy, new Placer(copy, policy, seed));
    rehoming.empty(host, true);
    return new DrainPlan(host, rehoming.moves(), rehoming.stuck());
  }

  /** For a terminal: a line per move, then a line per domain that cannot move. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Move move : moves) {
      text.append("%-24s  %s -> %s%n".formatted(move.domain(), move.from(), move.to()));
    }
    for (Stuck left : stuck) {
      text.append("%-24s  stays on %s: %s%n".formatted(left.domain(), host, left.reason()));
    }
    return text.append(
            "%d of %d domains can leave host %s%n"
                .formatted(moves.size(), moves.size() + stuck.size(), host))
        .toString();
  }
}
