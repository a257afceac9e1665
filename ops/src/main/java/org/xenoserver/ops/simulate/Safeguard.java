package org.xenoserver.ops.simulate;

/** What can be left out, to see that the simulation notices. */
enum Safeguard {
  /** Domains stop when the host cannot prove its lease. */
  FENCING,
  /** Ownership epochs: on start, and on writes to shared disks. */
  EPOCH,
  /** A request id has one effect. */
  IDEMPOTENCY
}
