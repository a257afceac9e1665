package org.xenoserver.vmm.virtio.block;

import java.io.IOException;

/** A shared image belongs to another by now; the message is one sentence. */
final class OwnershipLostException extends IOException {
  private static final long serialVersionUID = 1;

  private final String sentence;

  OwnershipLostException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
