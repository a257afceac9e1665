package org.xenoserver.vmm.virtio;

/** Which features the device offers and which of them the driver chose (section 2.2). */
final class Negotiation {
  private final long offered;
  private int deviceSelect;
  private int driverSelect;
  private long chosen;

  Negotiation(long offered) {
    this.offered = offered;
  }

  void reset() {
    deviceSelect = 0;
    driverSelect = 0;
    chosen = 0;
  }

  void selectOffered(long word) {
    deviceSelect = (int) word;
  }

  void selectChosen(long word) {
    driverSelect = (int) word;
  }

  long offeredWord() {
    return switch (deviceSelect) {
      case 0 -> offered & 0xffff_ffffL;
      case 1 -> offered >>> 32;
      default -> 0;
    };
  }

  void choose(long word) {
    switch (driverSelect) {
      case 0 -> chosen = chosen & ~0xffff_ffffL | word;
      case 1 -> chosen = chosen & 0xffff_ffffL | word << 32;
      default -> {}
    }
  }

  long chosen() {
    return chosen;
  }

  boolean has(long feature) {
    return (chosen & feature) != 0;
  }

  /** Whether the driver chose only what is offered, and version 1 of it. */
  boolean isAcceptable() {
    return (chosen & ~offered) == 0 && has(VirtioMmio.FEATURE_VERSION_1);
  }
}
