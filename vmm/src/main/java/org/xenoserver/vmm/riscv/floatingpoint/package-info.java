/**
 * Floating-point arithmetic of the RISC-V F and D extensions, exact to the bit.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit}: every operation on raw
 *       bits, with the host's arithmetic where it is known to agree. Start here.
 *   <li>{@code ExactArithmetic}: the same operations on integers, for every rounding mode,
 *       subnormal and special value.
 *   <li>{@code FloatFormat}: the layout of binary64 and binary32.
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.riscv.floatingpoint;

import org.jspecify.annotations.NullMarked;
