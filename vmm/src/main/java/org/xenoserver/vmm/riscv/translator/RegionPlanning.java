package org.xenoserver.vmm.riscv.translator;

import java.util.Collection;
import java.util.Map;

/**
 * How far a region reaches.
 *
 * @param mostInstructions the bound of its size
 * @param callDepth how deep calls are followed; 0 does not follow any
 * @param unexecuted whether code that was never executed belongs to it
 * @param once whether no code is to be translated twice: the region can be entered at every block,
 *     and ends where another can be entered
 * @param targets where indirect jumps have gone before, by the place of the jump
 */
record RegionPlanning(
    int mostInstructions,
    int callDepth,
    boolean unexecuted,
    boolean once,
    Map<Integer, ? extends Collection<Integer>> targets) {}
