/**
 * The RISC-V processor.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.riscv.Hart} is one; {@code Interpreter} is its main loop, {@code
 *       OtherInstructions}, {@code AtomicInstructions}, {@code FloatingPointInstructions} and
 *       {@code MissedAccess} what the loop leaves to others.
 *   <li>Decoding: {@code Decoder} and {@code Opcode} are made from {@code instructions.txt}; {@code
 *       OperandFormat} knows where operands are, {@code DecodedInstruction} how they are packed.
 *   <li>Code: {@link org.xenoserver.vmm.riscv.CodeLibrary} holds the {@link
 *       org.xenoserver.vmm.riscv.CodePage}s of a host, {@link org.xenoserver.vmm.riscv.CodePages}
 *       those of a machine, {@code InstructionFetch} finds the one at an address, at first in a
 *       {@code FetchTable}. What FENCE.I must look at again is known by {@code FetchedPages} and
 *       {@code PageWrites}.
 *   <li>Translated code: a {@link org.xenoserver.vmm.riscv.TranslatedRegion} runs in place of the
 *       interpreter; {@code RegionDispatch} goes from one to the next by the {@code JumpCache} and
 *       asks the {@link org.xenoserver.vmm.riscv.RegionTranslator}; {@code RegionSystem} and {@code
 *       RegionFloats} are what its code calls.
 *   <li>Data: {@code MemoryAccess} over {@code TranslationBank} (the TLB, with {@code
 *       LargeFragments}), {@code PageTableWalk} and {@code PhysicalMemoryProtection}.
 *   <li>Control: {@code ControlStatusRegisters} with {@code Csr}, {@code TrapCause}, {@link
 *       org.xenoserver.vmm.riscv.Interrupt} and {@code Privilege}.
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.NullMarked;
