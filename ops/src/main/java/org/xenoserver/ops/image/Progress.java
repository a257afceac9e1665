package org.xenoserver.ops.image;

import java.io.PrintStream;

/** Tells a person how far a slow step is: one line per step, percentages appended to it. */
public final class Progress {
  private static final int STEP_PERCENT = 10;

  private final PrintStream out;
  private int shownPercent;
  private boolean open;

  /** Writes to a stream; standard error as a rule. */
  public Progress(PrintStream out) {
    this.out = out;
  }

  /** Begins a step that says nothing until the next. */
  public void step(String what) {
    close();
    out.println(what);
  }

  /** Begins a step that shows how much of it is done. */
  void begin(String what) {
    close();
    out.print(what + ":");
    out.flush();
    shownPercent = 0;
    open = true;
  }

  /** Shows how much of the step begun is done; figures below the last shown are ignored. */
  void done(long amount, long total) {
    int percent = total <= 0 ? 100 : (int) Math.min(100, amount * 100 / total);
    while (open && shownPercent + STEP_PERCENT <= percent) {
      shownPercent += STEP_PERCENT;
      out.print(" " + shownPercent + "%");
      out.flush();
    }
  }

  /** Ends the step begun, if any. */
  void close() {
    if (open) {
      out.println();
      open = false;
    }
  }
}
