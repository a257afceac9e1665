package org.xenoserver.clustermanager.control;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Explanation;
import org.xenoserver.clustermanager.placement.Fleet;
import org.xenoserver.clustermanager.placement.Placer;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.placement.log.Replay;
import org.xenoserver.clustermanager.placement.plan.DrainPlan;
import org.xenoserver.clustermanager.placement.plan.LossReport;
import org.xenoserver.clustermanager.placement.plan.Move;
import org.xenoserver.clustermanager.placement.plan.Rebalancing;
import org.xenoserver.clustermanager.placement.plan.Stuck;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.ExplainResponse;
import org.xenoserver.proto.v1.ProposedMove;
import org.xenoserver.proto.v1.RebalanceResponse;
import org.xenoserver.proto.v1.ReplayResponse;
import org.xenoserver.proto.v1.StuckDomain;
import org.xenoserver.proto.v1.VerifyResponse;

/** What the leader knows about placement, for people. Changes nothing. */
public final class Insight {
  private final Term term;

  Insight(Term term) {
    this.term = term;
  }

  /**
   * Why a domain is where it is: at the decision if that is remembered, otherwise as things are.
   *
   * @throws RpcFailure NOT_FOUND if there is no such domain
   */
  public ExplainResponse explain(String nameOrUuid) {
    DomainRecord record = term.ledger().find(nameOrUuid);
    if (record == null) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no domain '%s'".formatted(nameOrUuid));
    }
    String name = record.getSpec().getName();
    Optional<Explanation> decided =
        term.placements()
            .log()
            .why(name)
            .filter(why -> why.chosen().filter(record.getHost()::equals).isPresent());
    Explanation explanation = decided.orElseGet(() -> now(record));
    ExplainResponse.Builder response =
        ExplainResponse.newBuilder()
            .setDomain(name)
            .setHost(record.getHost())
            .setPolicy(explanation.policy())
            .setSummary(explanation.summary())
            .setAtDecision(decided.isPresent());
    for (Explanation.Candidate candidate : explanation.candidates()) {
      response.addCandidates(
          ExplainResponse.Candidate.newBuilder()
              .setHost(candidate.host())
              .setScore(candidate.score())
              .setLeft(candidate.free().text())
              .setDomains(candidate.domains()));
    }
    for (Explanation.Rejection rejection : explanation.rejections()) {
      response.addRejections(
          ExplainResponse.Rejection.newBuilder()
              .setHost(rejection.host())
              .setFilter(rejection.filter().text())
              .setReason(rejection.reason()));
    }
    return response.build();
  }

  private Explanation now(DomainRecord record) {
    Fleet copy = term.placements().fleet().copy();
    Demand demand = Placements.demand(record.getSpec());
    copy.remove(demand.domain());
    ControlSettings.Placement settings = term.placements().settings();
    return new Placer(copy, settings.policy(), settings.seed())
        .explain(demand, Optional.of(record.getHost()));
  }

  /** Whether any one host could be lost. */
  public VerifyResponse verify() {
    ControlSettings.Placement settings = term.placements().settings();
    LossReport report =
        LossReport.of(term.placements().fleet(), settings.policy(), settings.seed());
    VerifyResponse.Builder response =
        VerifyResponse.newBuilder().setSurvivesAny(report.survivesAny()).setHosts(report.hosts());
    for (LossReport.Loss loss : report.losses()) {
      response.addLosses(
          VerifyResponse.Loss.newBuilder()
              .setHost(loss.host())
              .setDomains(loss.domains())
              .addAllStuck(stuck(loss.stuck())));
    }
    return response.build();
  }

  /**
   * Where the domains of a host can go.
   *
   * @throws RpcFailure NOT_FOUND if there is no such host
   */
  public DrainReport drain(String host) {
    if (term.placements().fleet().offer(host).isEmpty()) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no host '%s'".formatted(host));
    }
    ControlSettings.Placement settings = term.placements().settings();
    DrainPlan plan =
        DrainPlan.of(term.placements().fleet(), host, settings.policy(), settings.seed());
    return DrainReport.newBuilder()
        .setHost(host)
        .addAllMoves(moves(plan.moves()))
        .addAllStuck(stuck(plan.stuck()))
        .build();
  }

  /** Moves that would even the cluster out, or empty hosts, as the policy wants. */
  public RebalanceResponse rebalance(int most) {
    ControlSettings.Placement settings = term.placements().settings();
    Rebalancing plan =
        Rebalancing.of(term.placements().fleet(), settings.policy(), most, settings.seed());
    return RebalanceResponse.newBuilder()
        .setPolicy(settings.policy().name().toLowerCase(Locale.ROOT))
        .addAllMoves(moves(plan.moves()))
        .setBefore(plan.before())
        .setAfter(plan.after())
        .build();
  }

  /** How the decisions remembered would have gone under another policy. */
  public ReplayResponse replay(Policy other) {
    Replay replay = term.placements().log().replay(other);
    ReplayResponse.Builder response =
        ReplayResponse.newBuilder()
            .setPolicy(replay.policy())
            .setActualPolicy(term.placements().settings().policy().name())
            .setDecisions(replay.steps().size())
            .setSame((int) replay.same())
            .setActual(outcome(replay.actual()))
            .setOther(outcome(replay.other()));
    for (Replay.Step step : replay.steps()) {
      if (!step.same()) {
        response.addDifferences(
            ReplayResponse.Difference.newBuilder()
                .setDomain(step.domain())
                .setActualHost(step.actual().orElse(""))
                .setOtherHost(step.other().orElse("")));
      }
    }
    return response.build();
  }

  private static ReplayResponse.Outcome outcome(Replay.Outcome outcome) {
    return ReplayResponse.Outcome.newBuilder()
        .setDomains(outcome.domains())
        .setHostsInUse(outcome.hostsInUse())
        .setHighestShare(outcome.highestShare())
        .build();
  }

  private static List<ProposedMove> moves(List<Move> moves) {
    return moves.stream()
        .map(move ->
            ProposedMove.newBuilder()
                .setDomain(move.domain())
                .setFrom(move.from())
                .setTo(move.to())
                .build())
        .toList();
  }

  private static List<StuckDomain> stuck(List<Stuck> stuck) {
    return stuck.stream()
        .map(left ->
            StuckDomain.newBuilder().setDomain(left.domain()).setReason(left.reason()).build())
        .toList();
  }
}
