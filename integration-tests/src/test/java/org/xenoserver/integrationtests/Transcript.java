package org.xenoserver.integrationtests;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a process or a console has said so far, for one reader that waits for words in it. */
public final class Transcript {
  private static final int SHOWN = 3_000;

  private final String source;
  private final ReentrantLock textLock = new ReentrantLock();
  private final Condition more = textLock.newCondition();
  private final StringBuilder text = new StringBuilder();
  private int read;
  private @Nullable String end;

  /** An empty one. */
  public Transcript(String source) {
    this.source = source;
  }

  /** Adds what was said. */
  public void add(String said) {
    textLock.lock();
    try {
      text.append(said);
      more.signalAll();
    } finally {
      textLock.unlock();
    }
  }

  /** Nothing more will come, for a reason. */
  public void end(String why) {
    textLock.lock();
    try {
      end = why;
      more.signalAll();
    } finally {
      textLock.unlock();
    }
  }

  /**
   * Waits for a match in what was not read yet, and counts all up to its end as read. One that what
   * comes next could make longer is waited for too: half a word may have been said.
   */
  public MatchResult await(Pattern pattern, Duration patience) throws InterruptedException {
    long leftNs = patience.toNanos();
    textLock.lockInterruptibly();
    try {
      while (true) {
        Matcher matcher = pattern.matcher(text).region(read, text.length());
        if (matcher.find() && (end != null || !matcher.hitEnd())) {
          read = matcher.end();
          return matcher.toMatchResult();
        }
        if (end != null || leftNs <= 0) {
          String why = end == null ? "within " + patience.toSeconds() + " s" : "before " + end;
          throw new AssertionError(
              "%s did not say %s %s; it said:%n%s"
                  .formatted(
                      source, pattern, why, text.substring(Math.max(0, text.length() - SHOWN))));
        }
        leftNs = more.awaitNanos(leftNs);
      }
    } finally {
      textLock.unlock();
    }
  }

  /** Everything said so far. */
  public String all() {
    textLock.lock();
    try {
      return text.toString();
    } finally {
      textLock.unlock();
    }
  }
}
