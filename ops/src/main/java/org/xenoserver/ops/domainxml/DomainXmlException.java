package org.xenoserver.ops.domainxml;

/** Domain XML that cannot be used. The message is {@code source:line:column: sentence}. */
public final class DomainXmlException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  DomainXmlException(String source, TextPosition position, String problem) {
    super(source + ":" + position.line() + ":" + position.column() + ": " + problem);
    this.line = position.line();
    this.column = position.column();
  }

  /** The line at fault, from 1. */
  public int line() {
    return line;
  }

  /** The column at fault in UTF-16 units, from 1. */
  public int column() {
    return column;
  }
}
