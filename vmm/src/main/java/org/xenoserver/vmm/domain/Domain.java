package org.xenoserver.vmm.domain;

import java.util.function.Consumer;

/** A domain as its hypervisor shows it. Safe from any thread. */
public interface Domain {
  /** What was asked for. */
  DomainSpec spec();

  /** The state now. */
  DomainState state();

  /**
   * Why the domain crashed or which status it powered off with; empty while there is nothing to
   * say.
   */
  String reason();

  /** The exit status of a stopped machine: 0 for power-off, the test finisher's code otherwise. */
  int exitStatus();

  /** Loads memory and starts the vCPUs. Only from {@link DomainState#DEFINED}. */
  void start() throws DomainException;

  /** Holds all vCPUs; returns when none runs. Only from {@link DomainState#RUNNING}. */
  void pause() throws DomainException;

  /** Lets them go on. Only from {@link DomainState#PAUSED}. */
  void unpause() throws DomainException;

  /** Asks the guest to power itself off; returns at once. */
  void shutdown() throws DomainException;

  /**
   * Stops the domain where it is and releases everything; returns when that is done. Idempotent.
   */
  void destroy();

  /** Its serial console. */
  Console console();

  /** What it used so far; the last figures once it stopped. */
  DomainCounters counters();

  /** Calls back after each change of state, in order, from an unspecified thread. */
  AutoCloseable watch(Consumer<DomainState> listener);
}
