package org.xenoserver.ops.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Write;

/** What a {@link LightHostGroup} tells of its domains, in its session. Owned by the event loop. */
final class LightHostStatuses {
  /** As many as an agent's status board writes at once. */
  private static final int STATUSES_PER_COMMIT = 100;

  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  private final EventLoop loop;
  private final LightHosts.Tally tally;
  private final ArrayDeque<Write> untold = new ArrayDeque<>();
  private boolean telling;

  LightHostStatuses(EventLoop loop, LightHosts.Tally tally) {
    this.loop = loop;
    this.tally = tally;
  }

  /** Tells a status, with others. */
  void tell(Session session, Write status) {
    untold.add(status);
    next(session);
  }

  private void next(Session session) {
    if (telling || untold.isEmpty()) {
      return;
    }
    telling = true;
    List<Write> writes = new ArrayList<>();
    while (writes.size() < STATUSES_PER_COMMIT && !untold.isEmpty()) {
      writes.add(untold.removeFirst());
    }
    session.commit(writes, result -> told(session, writes, result));
  }

  private void told(Session session, List<Write> writes, Commit result) {
    switch (result) {
      case Commit.Done _ -> {
        telling = false;
        tally.takeUp(writes.size());
        next(session);
      }
      case Commit.Refused _ -> tally.fail("statuses could not be written: " + result);
      case Commit.Unknown _ -> loop.after(RETRY_NS, () -> again(session, new ArrayDeque<>(writes)));
    }
  }

  /** Tells one after the other what may have been stored before the connection was lost. */
  private void again(Session session, ArrayDeque<Write> uncertain) {
    Write first = uncertain.peekFirst();
    if (first == null) {
      telling = false;
      next(session);
      return;
    }
    session.commit(
        List.of(first),
        result -> {
          if (result instanceof Commit.Unknown) {
            loop.after(RETRY_NS, () -> again(session, uncertain));
          } else if (result instanceof Commit.Refused(_, Commit.Reason reason)
              && reason != Commit.Reason.NODE_EXISTS) {
            tally.fail("a status could not be written: " + result);
          } else {
            uncertain.removeFirst();
            tally.takeUp(1);
            again(session, uncertain);
          }
        });
  }
}
