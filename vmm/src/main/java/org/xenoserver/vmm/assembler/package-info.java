/**
 * A small RISC-V assembler.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.assembler.Assembler} turns text into a {@link
 *       org.xenoserver.vmm.assembler.Program}, with the help of {@link
 *       org.xenoserver.vmm.assembler.PseudoInstructions} and {@link
 *       org.xenoserver.vmm.assembler.Registers}.
 *   <li>{@link org.xenoserver.vmm.assembler.InstructionTable} holds the rows of {@code
 *       instructions.txt}; {@link org.xenoserver.vmm.assembler.InstructionLayout} puts operands
 *       into them.
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.assembler;

import org.jspecify.annotations.NullMarked;
