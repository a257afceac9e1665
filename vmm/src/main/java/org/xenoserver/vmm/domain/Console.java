package org.xenoserver.vmm.domain;

/**
 * A domain's serial console. Keeps the most recent output (64 KiB) so that a late reader sees what
 * came before it. Safe from any thread.
 */
public interface Console {
  /** Hands bytes to the guest as typed; returns how many were accepted before its buffer filled. */
  int write(byte[] bytes, int offset, int length);

  /**
   * Adds a reader.
   *
   * @param replay whether to deliver the kept output first
   * @param reader called in order with chunks of output, never two at once; must not block
   * @return closes the attachment
   */
  AutoCloseable attach(boolean replay, Reader reader);

  /** Receives console output. */
  @FunctionalInterface
  interface Reader {
    /** The array is the reader's to keep. */
    void output(byte[] bytes);
  }
}
