package org.xenoserver.vmm.domain;

/** A request about a domain that was refused; nothing was changed. The message is one sentence. */
public final class DomainException extends Exception {
  private static final long serialVersionUID = 1;

  /** Which rule refused. */
  public enum Code {
    /** A value is out of its range. */
    INVALID,
    /** A file or a domain is not there. */
    NOT_FOUND,
    /** The name or UUID is taken. */
    ALREADY_EXISTS,
    /** The domain is in a state that does not allow it. */
    WRONG_STATE,
    /** The host has not enough left. */
    EXHAUSTED
  }

  private final Code code;
  private final String sentence;

  /** Refuses with a sentence that names the input, the rule and the value. */
  public DomainException(Code code, String message) {
    super(message);
    this.code = code;
    this.sentence = message;
  }

  /** The sentence; never null. */
  @Override
  public String getMessage() {
    return sentence;
  }

  /** Which rule refused. */
  public Code code() {
    return code;
  }
}
