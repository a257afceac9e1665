package org.xenoserver.vmm.loader;

/** The privilege mode a hart starts in. */
public enum InitialMode {
  /** M-mode: firmware or a bare-metal program owns the machine. */
  MACHINE,
  /** S-mode: the VMM answers SBI calls. */
  SUPERVISOR
}
