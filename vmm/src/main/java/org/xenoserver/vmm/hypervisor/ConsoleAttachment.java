package org.xenoserver.vmm.hypervisor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.xenoserver.vmm.domain.Console;

/**
 * One reader of a console and the output it has not had yet. Closing delivers what was written
 * before.
 */
final class ConsoleAttachment implements AutoCloseable {
  /** How far a reader may fall behind before it loses output, which it is told. */
  static final int BACKLOG_BYTES = 16 * 1024 * 1024;

  /** Bytes come singly from a UART: waiting a little saves most of the thread switches. */
  private static final long GATHER_NS = 300_000;

  private final Console.Reader reader;
  private final Consumer<ConsoleAttachment> onClose;
  private final ReentrantLock deliveryLock = new ReentrantLock();
  private final ByteArrayOutputStream backlog = new ByteArrayOutputStream();
  private long lostBytes;
  private boolean delivering;
  private boolean closed;

  ConsoleAttachment(Console.Reader reader, Consumer<ConsoleAttachment> onClose) {
    this.reader = reader;
    this.onClose = onClose;
  }

  void append(byte[] bytes, int offset, int length) {
    synchronized (backlog) {
      if (closed || length == 0) {
        return;
      }
      if (backlog.size() + length > BACKLOG_BYTES) {
        lostBytes += backlog.size();
        backlog.reset();
      }
      backlog.write(bytes, offset, length);
      if (delivering) {
        return;
      }
      delivering = true;
    }
    Thread.ofVirtual().name("xeno-console").start(this::deliverGathered);
  }

  private void deliverGathered() {
    LockSupport.parkNanos(GATHER_NS);
    deliver();
  }

  private void deliver() {
    deliveryLock.lock();
    try {
      for (byte[] chunk = take(); chunk.length > 0; chunk = take()) {
        reader.output(chunk);
      }
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(ConsoleAttachment.class)
          .error("a console reader failed; it gets no more output", e);
      drop();
    } finally {
      deliveryLock.unlock();
    }
  }

  /** The backlog; once it is empty the next byte starts a new delivery. */
  private byte[] take() {
    synchronized (backlog) {
      if (lostBytes > 0) {
        String notice = "\r\n[%d bytes of console output lost]\r\n".formatted(lostBytes);
        lostBytes = 0;
        return notice.getBytes(StandardCharsets.US_ASCII);
      }
      byte[] chunk = backlog.toByteArray();
      backlog.reset();
      delivering = chunk.length > 0;
      return chunk;
    }
  }

  private void drop() {
    synchronized (backlog) {
      closed = true;
      backlog.reset();
      lostBytes = 0;
    }
    onClose.accept(this);
  }

  @Override
  public void close() {
    synchronized (backlog) {
      closed = true;
    }
    onClose.accept(this);
    if (!deliveryLock.isHeldByCurrentThread()) {
      deliver();
    }
  }
}
