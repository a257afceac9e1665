package org.xenoserver.accounting;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what was opened, newest first, unless all of it came up. */
final class Unwinding implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Unwinding.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /** All came up: leaves it to its owner. */
  <T> T keep(T owner) {
    opened.clear();
    return owner;
  }

  @Override
  public void close() {
    for (AutoCloseable resource : opened) {
      try {
        resource.close();
      } catch (Exception e) {
        log.warn("could not be closed: {}", resource, e);
      }
    }
    opened.clear();
  }
}
