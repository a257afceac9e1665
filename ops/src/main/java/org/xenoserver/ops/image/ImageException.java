package org.xenoserver.ops.image;

/** An image that cannot be made, found or changed. The message is one sentence for the operator. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1;

  ImageException(String sentence) {
    super(sentence);
  }

  ImageException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
