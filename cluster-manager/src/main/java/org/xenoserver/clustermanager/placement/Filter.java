package org.xenoserver.clustermanager.placement;

import java.util.Locale;

/** What a host must pass to be a candidate, in the order of trying. */
public enum Filter {
  STATE,
  MACHINE,
  ENGINE,
  LABELS,
  HOST_RULE,
  CAPACITY,
  AFFINITY,
  ANTI_AFFINITY,
  SPREAD;

  /** For people: {@code anti-affinity}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
