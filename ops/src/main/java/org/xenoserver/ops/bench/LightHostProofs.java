package org.xenoserver.ops.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Write;

/** Proves again and again that the hosts of a group hold their leases. Owned by the event loop. */
final class LightHostProofs {
  private static final int HOSTS_PER_COMMIT = 50;
  private static final int RENEWALS_PER_LEASE = 5;
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  private final EventLoop loop;
  private final Session session;
  private final int first;
  private final int end;
  private final Duration leaseTimeout;
  private final LightHosts.Tally tally;

  /** The versions of the hosts' proofs. */
  private final int[] versions;

  /** For the hosts from one number to before another. */
  LightHostProofs(
      EventLoop loop,
      Session session,
      int first,
      int end,
      Duration leaseTimeout,
      LightHosts.Tally tally) {
    this.loop = loop;
    this.session = session;
    this.first = first;
    this.end = end;
    this.leaseTimeout = leaseTimeout;
    this.tally = tally;
    this.versions = new int[end - first];
  }

  /** Begins, for hosts whose leases and proofs were just made. */
  void begin() {
    for (int from = first; from < end; from += HOSTS_PER_COMMIT) {
      later(from, Math.min(end, from + HOSTS_PER_COMMIT));
    }
  }

  private void later(int from, int to) {
    loop.after(leaseTimeout.toNanos() / RENEWALS_PER_LEASE, () -> prove(from, to));
  }

  private void prove(int from, int to) {
    List<Write> writes = new ArrayList<>();
    for (int number = from; number < to; number++) {
      String name = LightHosts.name(number);
      writes.add(
          new Write.SetData(
              ZooKeeperLayout.proof(name),
              LightHostGroup.incarnation(name),
              versions[number - first]));
      writes.add(new Write.Check(ZooKeeperLayout.lease(name), 0));
    }
    session.commit(writes, result -> proven(from, to, result));
  }

  private void proven(int from, int to, Commit result) {
    switch (result) {
      case Commit.Done done -> {
        for (int number = from; number < to; number++) {
          versions[number - first] = done.versions().get(2 * (number - from));
        }
        tally.proofs.addAndGet(to - from);
        later(from, to);
      }
      case Commit.Refused _ ->
          tally.fail(
              "the leases of hosts %s to %s could not be proven: %s"
                  .formatted(LightHosts.name(from), LightHosts.name(to - 1), result));
      case Commit.Unknown _ -> loop.after(RETRY_NS, () -> ask(from, to));
    }
  }

  /** Proves on once it is known what became of proofs on their way when the connection was lost. */
  private void ask(int from, int to) {
    int[] unknown = {to - from};
    for (int number = from; number < to; number++) {
      int index = number - first;
      session.read(
          ZooKeeperLayout.proof(LightHosts.name(number)),
          proof -> {
            versions[index] = proof == null ? 0 : proof.version();
            if (--unknown[0] == 0) {
              prove(from, to);
            }
          });
    }
  }
}
