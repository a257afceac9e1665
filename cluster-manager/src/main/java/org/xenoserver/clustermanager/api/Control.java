package org.xenoserver.clustermanager.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.control.Answer;
import org.xenoserver.clustermanager.control.Command;
import org.xenoserver.clustermanager.control.ControlPlane;
import org.xenoserver.clustermanager.control.Insight;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;

/**
 * The way from request threads to the control plane and back: posts to its loop and waits. Safe
 * from any thread; knows who leads.
 */
public final class Control implements ControlPlane.Listener {
  private static final long PATIENCE_S = 30;

  private final EventLoop loop;
  private final CompletableFuture<Boolean> read = new CompletableFuture<>();
  private final ReentrantLock leaderLock = new ReentrantLock();
  private final Condition leaderChanged = leaderLock.newCondition();
  private Leading leading = new Leading(Optional.empty(), false);
  private volatile @Nullable ControlPlane plane;

  /**
   * Who leads.
   *
   * @param address where; empty if nobody is known to
   * @param here whether it is this manager
   */
  record Leading(Optional<String> address, boolean here) {}

  /** Posts to a loop. */
  public Control(EventLoop loop) {
    this.loop = loop;
  }

  /** Begins to pass requests on. */
  public void connect(ControlPlane begun) {
    plane = begun;
  }

  @Override
  public void leader(Optional<String> address, boolean here) {
    leaderLock.lock();
    try {
      leading = new Leading(address, here);
      leaderChanged.signalAll();
    } finally {
      leaderLock.unlock();
    }
  }

  @Override
  public void read() {
    read.complete(true);
  }

  @Override
  public void refused(String sentence) {
    read.completeExceptionally(RpcFailure.of(ErrorCode.INTERNAL, sentence));
  }

  /**
   * Completes when all that is stored has been read once; fails, with a sentence, if the store is
   * not for this program.
   */
  public CompletableFuture<?> firstRead() {
    return read;
  }

  /** Who leads now. */
  Leading leading() {
    leaderLock.lock();
    try {
      return leading;
    } finally {
      leaderLock.unlock();
    }
  }

  /** Waits until somebody else leads than before, or the time has passed. */
  void awaitChange(Leading before, long patienceMs) throws InterruptedException {
    leaderLock.lock();
    try {
      long leftNs = TimeUnit.MILLISECONDS.toNanos(patienceMs);
      while (leading.equals(before) && leftNs > 0) {
        leftNs = leaderChanged.awaitNanos(leftNs);
      }
    } finally {
      leaderLock.unlock();
    }
  }

  /** Has a command carried out here. */
  Answer submit(String id, String caller, Command command) throws InterruptedException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    ControlPlane to = plane;
    if (to == null) {
      return new Answer.NotNow("this manager has not begun");
    }
    loop.execute(() -> to.submit(id, caller, command, answer::complete));
    try {
      return answer.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return new Answer.NotNow("there was no answer within " + PATIENCE_S + " s");
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /**
   * Asks the leader's knowledge; empty if this manager does not lead.
   *
   * @throws RpcFailure as the question does
   */
  <T> Optional<T> ask(Function<Insight, T> question) throws InterruptedException {
    CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
    ControlPlane to = plane;
    if (to == null) {
      return Optional.empty();
    }
    loop.execute(() -> {
      try {
        answer.complete(to.insight().map(question));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      return answer.get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static RpcFailure failure(ExecutionException e) {
    Throwable cause = e.getCause();
    return RpcFailure.from(cause == null ? e : cause);
  }
}
