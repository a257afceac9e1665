package org.xenoserver.clustermanager.placement;

/**
 * What a host has and what of it is promised already, to placed domains and to those being placed.
 *
 * @param host the host's name
 * @param processors physical CPUs given to domains
 * @param memoryBytes guest RAM it may promise in all
 * @param promisedBytes guest RAM promised
 * @param promisedVcpus virtual CPUs of the domains placed on it
 * @param domains how many domains are placed on it
 */
public record HostCapacity(
    String host,
    int processors,
    long memoryBytes,
    long promisedBytes,
    int promisedVcpus,
    int domains) {

  /** Guest RAM that may still be promised; 0 if more was promised than the host now has. */
  public long freeBytes() {
    return Math.max(0, memoryBytes - promisedBytes);
  }
}
