/**
 * The RISC-V processor.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.riscv.Hart} is one; {@code Interpreter} is its main loop, {@code
 *       OtherInstructions}, {@code AtomicInstructions}, {@code FloatingPointInstructions} and
 *       {@code MissedAccess} what the loop leaves to others.
 *   <li>Decoding: {@code Decoder} and {@code Opcode} are made from {@code instructions.txt}; {@code
 *       OperandFormat} knows where operands are, {@code DecodedInstruction} how they are packed.
 *   <li>Code: {@link org.xenoserver.vmm.riscv.CodePages} holds a machine's {@code CodePage}s,
 *       {@code InstructionFetch} finds the one at an address; a {@code TranslatedRegion} may stand
 *       in for the instructions of one.
 *   <li>Data: {@code MemoryAccess} over {@code TranslationBank} (the TLB), {@code PageTableWalk}
 *       and {@code PhysicalMemoryProtection}.
 *   <li>Control: {@code ControlStatusRegisters} with {@code Csr}, {@code TrapCause}, {@link
 *       org.xenoserver.vmm.riscv.Interrupt} and {@code Privilege}.
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.NullMarked;
