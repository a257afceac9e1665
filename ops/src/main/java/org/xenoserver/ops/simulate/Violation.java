package org.xenoserver.ops.simulate;

/** An invariant that does not hold. The message is one sentence. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  Violation(String sentence) {
    super(sentence);
  }
}
