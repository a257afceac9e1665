/**
 * The judges of the processor.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.conformance.CpuVerification} runs generated programs until two
 *       processors disagree; start here. {@code InterpreterJudge} compares in lockstep, {@code
 *       QemuJudge} at the end of a program; {@code Shrinker} makes what failed small.
 *   <li>{@code ProgramGenerator} makes a program of a seed: {@code Traits} says of what kind,
 *       {@code InstructionPool}, {@code FlowParts} and {@code SystemParts} make its parts in a
 *       {@code CodeBuffer}, {@code AddressSpace} its page tables, {@code TrapHandlers} what is the
 *       same in all of them; {@code Arena} is where everything lies.
 *   <li>{@code SoftwareMachine} and {@code QemuMachine} run programs.
 *   <li>{@link org.xenoserver.vmm.conformance.MemoryVerification} runs the {@code LitmusTest}s on
 *       the harts of a {@code LitmusMachine}.
 * </ul>
 *
 * <p>Programs for QEMU 7.2 leave out where processors may differ, and where it errs: parts of an
 * access that PMP denies and which address such a misaligned access tells of, tval of a breakpoint,
 * an SC that fails at an address that cannot be written, a reservation across a trap, FS other than
 * off and dirty, counters; CTZW of zero, AMOs to where there is no memory, MPRV with a mode other
 * than U across a trap.
 */
@NullMarked
package org.xenoserver.vmm.conformance;

import org.jspecify.annotations.NullMarked;
