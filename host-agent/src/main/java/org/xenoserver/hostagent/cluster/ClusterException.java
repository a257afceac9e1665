package org.xenoserver.hostagent.cluster;

/** The host could not join the cluster. The message is one sentence. */
public final class ClusterException extends Exception {
  private static final long serialVersionUID = 1;

  ClusterException(String sentence) {
    super(sentence);
  }

  ClusterException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
