package org.xenoserver.vmm.bus;

/** A level-triggered wire from a device to an interrupt controller or a processor. */
@FunctionalInterface
public interface InterruptLine {
  /** Drives the wire; driving the level it already has is free. Safe from any thread. */
  void set(boolean asserted);
}
