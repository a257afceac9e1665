package org.xenoserver.vmm.conformance;

import java.util.List;

/**
 * A generated program.
 *
 * @param seed what it was made from
 * @param arena the arena as it is at the start
 * @param items into how many parts it can be taken apart
 * @param timed whether a timer interrupts it; only where it comes is left to chance, not what the
 *     program computes
 * @param listing its instructions in words; empty unless asked for
 */
record GuestProgram(long seed, byte[] arena, int items, boolean timed, List<String> listing) {}
