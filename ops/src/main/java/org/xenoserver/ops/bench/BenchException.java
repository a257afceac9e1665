package org.xenoserver.ops.bench;

/** Why something could not be measured; the message is one sentence. */
final class BenchException extends Exception {
  private static final long serialVersionUID = 1;

  BenchException(String sentence) {
    super(sentence);
  }

  BenchException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
