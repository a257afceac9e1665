package org.xenoserver.ops.xenctl;

import io.grpc.StatusException;
import java.util.Locale;
import org.xenoserver.proto.v1.ReplayRequest;
import org.xenoserver.proto.v1.ReplayResponse;

/** {@code xenctl replay}: what another policy would have decided. */
final class ReplayVerb {
  private ReplayVerb() {}

  static ExitStatus replay(Server manager, Printer printer, String policy) throws StatusException {
    ReplayResponse answer =
        manager.cluster().replayDecisions(ReplayRequest.newBuilder().setPolicy(policy).build());
    if (printer.json()) {
      printer.json(answer);
    } else if (answer.getDecisions() == 0) {
      printer.line("the leader remembers no placement decision yet");
    } else {
      print(answer, printer);
    }
    return ExitStatus.OK;
  }

  private static void print(ReplayResponse answer, Printer printer) {
    printer.line(
        "%d of %d decisions would have been others under %s than under %s"
            .formatted(
                answer.getDecisions() - answer.getSame(),
                answer.getDecisions(),
                answer.getPolicy(),
                answer.getActualPolicy()));
    printer.line("%s: %s".formatted(answer.getPolicy(), outcome(answer.getOther())));
    printer.line("%s: %s".formatted(answer.getActualPolicy(), outcome(answer.getActual())));
    if (answer.getDifferencesCount() > 0) {
      Table table = new Table("DOMAIN", "WENT TO", "WOULD GO TO");
      for (ReplayResponse.Difference difference : answer.getDifferencesList()) {
        table.add(difference.getDomain(), difference.getActualHost(), difference.getOtherHost());
      }
      printer.text("\n" + table);
    }
  }

  private static String outcome(ReplayResponse.Outcome outcome) {
    return String.format(
        Locale.ROOT,
        "%d domains on %d hosts, the fullest of which has promised %.1f %%",
        outcome.getDomains(),
        outcome.getHostsInUse(),
        100 * outcome.getHighestShare());
  }
}
