package org.xenoserver.vmm.virtio;

/** Work on a queue cannot go on: the guest reset it meanwhile, or what it wrote there is wrong. */
public final class RingException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean malformed;

  private RingException(String message, boolean malformed) {
    super(message, null, false, false);
    this.malformed = malformed;
  }

  /** The guest broke a rule of the specification; the device needs a reset (section 2.1.2). */
  public static RingException malformed(String rule) {
    return new RingException(rule, true);
  }

  /** The queue was reset while the work was under way; nothing of it may reach the guest. */
  static RingException reset() {
    return new RingException("the queue was reset", false);
  }

  boolean isMalformed() {
    return malformed;
  }
}
