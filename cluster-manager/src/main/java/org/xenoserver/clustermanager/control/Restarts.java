package org.xenoserver.clustermanager.control;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.RestartPolicy;

/** Starts domains again that ended by themselves, as their policy says, later each time. */
final class Restarts {
  private final Term term;
  private final Map<String, Run> runs = new HashMap<>();

  /** What is known of a domain's run under an epoch. */
  private static final class Run {
    final long epoch;
    @Nullable Long runningSinceNs;
    boolean due;

    Run(long epoch) {
      this.epoch = epoch;
    }
  }

  Restarts(Term term) {
    this.term = term;
  }

  static boolean hasEnded(DomainState state) {
    return state == DomainState.DOMAIN_STATE_STOPPED || state == DomainState.DOMAIN_STATE_CRASHED;
  }

  /** Whether a policy starts a domain again that ended so. */
  static boolean isRestarted(RestartPolicy policy, Domain ended) {
    boolean failed =
        ended.getState() == DomainState.DOMAIN_STATE_CRASHED || ended.getExitStatus() != 0;
    return switch (policy) {
      case RESTART_POLICY_NEVER -> false;
      case RESTART_POLICY_ALWAYS -> true;
      case RESTART_POLICY_ON_FAILURE, RESTART_POLICY_UNSPECIFIED, UNRECOGNIZED -> failed;
    };
  }

  /** Looks at a domain after its host told something about it. */
  void look(DomainRecord record) {
    Domain status = term.observed().status(record);
    if (status == null) {
      return;
    }
    String uuid = record.getSpec().getUuid();
    Run run = runs.get(uuid);
    if (run == null || run.epoch != record.getEpoch()) {
      run = new Run(record.getEpoch());
      runs.put(uuid, run);
    }
    if (status.getState() == DomainState.DOMAIN_STATE_RUNNING) {
      if (run.runningSinceNs == null) {
        run.runningSinceNs = term.loop().monotonicNs();
      }
    } else if (!run.due && isToBeRestarted(record, status)) {
      run.due = true;
      int restarts = ranLong(run) ? 0 : record.getRestarts();
      term.loop().after(waitNs(restarts), () -> restart(uuid, record.getEpoch(), restarts + 1));
    }
  }

  /** Forgets a domain that is gone. */
  void forget(String uuid) {
    runs.remove(uuid);
  }

  private static boolean isToBeRestarted(DomainRecord record, Domain status) {
    return hasEnded(status.getState())
        && record.getDesired() == DesiredState.DESIRED_STATE_RUNNING
        && !record.getLeaving()
        && isRestarted(record.getSpec().getRestartPolicy(), status);
  }

  private boolean ranLong(Run run) {
    return run.runningSinceNs != null
        && term.loop().monotonicNs() - run.runningSinceNs
            >= term.settings().recovery().restartReset().toNanos();
  }

  private long waitNs(int restarts) {
    long first = term.settings().recovery().restartFirst().toNanos();
    long longest = term.settings().recovery().restartLongest().toNanos();
    return restarts >= 30 ? longest : Math.min(longest, first << restarts);
  }

  private void restart(String uuid, long epoch, int restarts) {
    DomainRecord record = term.ledger().domain(uuid);
    if (record == null || record.getEpoch() != epoch) {
      return;
    }
    Domain status = term.observed().status(record);
    if (status == null || !isToBeRestarted(record, status)) {
      Run run = runs.get(uuid);
      if (run != null && run.epoch == epoch) {
        run.due = false;
      }
      return;
    }
    DomainRecord again = record.toBuilder().setEpoch(epoch + 1).setRestarts(restarts).build();
    term.ledger().put(again);
    term.ledger()
        .event(
            Term.event(
                Event.Kind.KIND_DOMAIN_PLACED,
                again,
                "started again on host %s after it %s"
                    .formatted(
                        record.getHost(),
                        status.getState() == DomainState.DOMAIN_STATE_CRASHED
                            ? "crashed"
                            : "stopped")));
    term.ledger().endTransaction();
  }
}
