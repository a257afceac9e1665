package org.xenoserver.clustermanager.placement;

/** Whether a host takes domains. */
public enum HostCondition {
  UP("is up"),
  /** Takes no new domains; those it has stay. */
  CORDONED("is cordoned"),
  /** Takes no new domains; those it has are being moved away. */
  DRAINING("is being drained"),
  /** Its lease has ended. */
  LOST("is lost");

  private final String sentence;

  HostCondition(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }
}
