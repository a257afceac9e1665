package org.xenoserver.ops.demo;

/** Why the demonstration ended early; the message is one sentence. */
final class DemoException extends Exception {
  private static final long serialVersionUID = 1;

  DemoException(String sentence) {
    super(sentence);
  }

  DemoException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
