package org.xenoserver.vmm.devicetree;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What differs between machines of our board.
 *
 * @param memoryBytes RAM from 0x80000000
 * @param harts 1 to 128
 * @param isaExtensions names as in {@code riscv,isa-extensions}, single letters first, as in {@code
 *     ["i", "m", "a", "zicsr"]}
 * @param machineMode whether the guest owns M-mode and so sees its timer and software interrupts
 * @param virtioSlots virtio-mmio transports to announce, each 0 to 7
 * @param bootArguments the kernel's command line
 * @param initrd where the initial RAM disk lies
 * @param rngSeed 32 bytes of entropy for the guest's early boot
 */
public record VirtBoard(
    long memoryBytes,
    int harts,
    List<String> isaExtensions,
    boolean machineMode,
    SortedSet<Integer> virtioSlots,
    String bootArguments,
    @Nullable Initrd initrd,
    byte[] rngSeed) {
  /** Number of virtio-mmio transports the board has room for. */
  public static final int VIRTIO_SLOTS = 8;

  private static final int LARGEST_HARTS = 128;
  private static final int SEED_BYTES = 32;

  /**
   * Guest physical addresses.
   *
   * @param start of the first byte
   * @param end of the first byte after
   */
  public record Initrd(long start, long end) {}

  /** Checks the ranges and copies what could change. */
  public VirtBoard {
    if (harts < 1 || harts > LARGEST_HARTS) {
      throw new IllegalArgumentException(
          "harts is " + harts + "; it must be 1 to " + LARGEST_HARTS);
    }
    for (int slot : virtioSlots) {
      if (slot < 0 || slot >= VIRTIO_SLOTS) {
        throw new IllegalArgumentException(
            "virtio slot is " + slot + "; it must be 0 to " + (VIRTIO_SLOTS - 1));
      }
    }
    if (rngSeed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "rngSeed has " + rngSeed.length + " bytes; it must have " + SEED_BYTES);
    }
    isaExtensions = List.copyOf(isaExtensions);
    virtioSlots = Collections.unmodifiableSortedSet(new TreeSet<>(virtioSlots));
    rngSeed = rngSeed.clone();
  }
}
