package org.xenoserver.accounting.ledger;

/** The ledger cannot be read or written. The message is one sentence. */
public final class LedgerException extends Exception {
  private static final long serialVersionUID = 1;

  LedgerException(String sentence) {
    super(sentence);
  }

  LedgerException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
