package org.xenoserver.vmm.domain;

/** Where a domain is in its life. */
public enum DomainState {
  /** Known and checked; its memory is promised, nothing runs. */
  DEFINED,
  /** Its vCPUs are scheduled. */
  RUNNING,
  /** Its vCPUs and devices are held; memory stays. */
  PAUSED,
  /** Asked to shut itself down, still scheduled. */
  SHUTTING_DOWN,
  /** The guest powered itself off; its resources are released, its counters stay readable. */
  STOPPED,
  /** The guest or its machine failed; resources are released, the reason is kept. */
  CRASHED,
  /** Destroyed: gone from the hypervisor. */
  DESTROYED
}
