package org.xenoserver.proto.config;

/**
 * A configuration that cannot be used. The message is one sentence that names the file, the line
 * and the key where there is one, and what is allowed.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  /** Refuses with a sentence for the operator. */
  public ConfigException(String sentence) {
    super(sentence);
  }
}
