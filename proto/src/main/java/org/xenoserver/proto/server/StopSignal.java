package org.xenoserver.proto.server;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * The operator's wish that a daemon ends: SIGINT (Ctrl-C) or SIGTERM. Unlike a shutdown hook it
 * leaves the process its own exit status. A second signal ends the process at once, with 128 plus
 * the signal's number.
 */
public final class StopSignal {
  private static final List<String> SIGNALS = List.of("INT", "TERM");
  private static final int KILLED = 128;

  private final CountDownLatch asked = new CountDownLatch(1);

  private StopSignal() {}

  /** Takes the signals over for the whole process, for good. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal();
    for (String name : SIGNALS) {
      Signal.handle(new Signal(name), stop::receive);
    }
    return stop;
  }

  private void receive(Signal signal) {
    if (asked.getCount() == 0) {
      Runtime.getRuntime().halt(KILLED + signal.getNumber());
    }
    asked.countDown();
  }

  /** Waits for the first signal. */
  public void await() throws InterruptedException {
    asked.await();
  }
}
