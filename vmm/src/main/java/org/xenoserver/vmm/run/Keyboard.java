package org.xenoserver.vmm.run;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.xenoserver.vmm.domain.Console;

/**
 * Types standard input to the guest. Ctrl-A is the escape, as in QEMU: Ctrl-A X quits, Ctrl-A H
 * shows what there is, Ctrl-A Ctrl-A types a Ctrl-A; before anything else it is typed itself. The
 * end of the input does not end the guest.
 */
final class Keyboard {
  private static final int ESCAPE = 1;

  /** How long to wait before offering again what a guest that reads slowly did not take. */
  private static final long OFFER_AGAIN_NS = 1_000_000;

  private final Stdio stdio;
  private final Console console;
  private final Runnable quit;
  private final byte[] typed = new byte[2 * 4096 + 1];
  private int typedBytes;
  private boolean escaped;
  private volatile boolean stopped;

  Keyboard(Stdio stdio, Console console, Runnable quit) {
    this.stdio = stdio;
    this.console = console;
    this.quit = quit;
  }

  void start() {
    Thread.ofPlatform().name("xeno-stdin").daemon(true).start(this::typeAll);
  }

  /** Types nothing more; the thread ends with the process if it waits for input. */
  void stop() {
    stopped = true;
  }

  private void typeAll() {
    byte[] chunk = new byte[4096];
    try {
      for (int length = stdio.in().read(chunk);
          length >= 0 && !stopped;
          length = stdio.in().read(chunk)) {
        for (int i = 0; i < length; i++) {
          key(chunk[i]);
        }
        flush();
      }
      if (escaped) {
        type(ESCAPE);
        flush();
      }
    } catch (IOException e) {
      if (!stopped) {
        stdio.say("standard input cannot be read any more: " + e.getMessage());
      }
    }
  }

  private void key(int key) {
    if (!escaped) {
      if (key == ESCAPE) {
        escaped = true;
      } else {
        type(key);
      }
      return;
    }
    escaped = false;
    switch (key) {
      case 'x', 'X' -> {
        flush();
        quit.run();
      }
      case 'h', 'H' ->
          stdio.say("Ctrl-A X quits, Ctrl-A H shows this, Ctrl-A Ctrl-A types a Ctrl-A");
      case ESCAPE -> type(ESCAPE);
      default -> {
        type(ESCAPE);
        type(key);
      }
    }
  }

  private void type(int key) {
    typed[typedBytes++] = (byte) key;
  }

  private void flush() {
    int offset = 0;
    while (offset < typedBytes && !stopped) {
      int taken = console.write(typed, offset, typedBytes - offset);
      offset += taken;
      if (taken == 0) {
        LockSupport.parkNanos(OFFER_AGAIN_NS);
      }
    }
    typedBytes = 0;
  }
}
