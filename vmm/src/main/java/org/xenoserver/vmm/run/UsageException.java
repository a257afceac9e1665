package org.xenoserver.vmm.run;

/** Wrong usage: one sentence that names the option and what is allowed. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  private final String sentence;

  UsageException(String message) {
    super(message);
    this.sentence = message;
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
