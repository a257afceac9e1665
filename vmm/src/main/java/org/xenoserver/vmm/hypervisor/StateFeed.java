package org.xenoserver.vmm.hypervisor;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.xenoserver.vmm.domain.DomainState;

/**
 * Tells listeners about changes of state, one after another, on a virtual thread that lives while
 * there is something to tell.
 */
final class StateFeed {
  private record Change(DomainState state, List<Watch> watches) {}

  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private final Queue<Change> changes = new ArrayDeque<>();
  private boolean telling;

  AutoCloseable watch(Consumer<DomainState> listener) {
    Watch watch = new Watch(listener);
    watches.add(watch);
    return watch;
  }

  void publish(DomainState state) {
    if (watches.isEmpty()) {
      return;
    }
    synchronized (changes) {
      changes.add(new Change(state, List.copyOf(watches)));
      if (telling) {
        return;
      }
      telling = true;
    }
    Thread.ofVirtual().name("xeno-domains").start(this::tell);
  }

  private void tell() {
    for (Change change = take(); change != null; change = take()) {
      for (Watch watch : change.watches) {
        watch.tell(change.state);
      }
    }
  }

  private @Nullable Change take() {
    synchronized (changes) {
      Change change = changes.poll();
      telling = change != null;
      return change;
    }
  }

  private final class Watch implements AutoCloseable {
    private final Consumer<DomainState> listener;
    private volatile boolean closed;

    Watch(Consumer<DomainState> listener) {
      this.listener = listener;
    }

    void tell(DomainState state) {
      if (closed) {
        return;
      }
      try {
        listener.accept(state);
      } catch (RuntimeException e) {
        LoggerFactory.getLogger(StateFeed.class).error("a listener failed on {}", state, e);
      }
    }

    @Override
    public void close() {
      closed = true;
      watches.remove(this);
    }
  }
}
