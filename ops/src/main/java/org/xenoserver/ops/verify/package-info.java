/**
 * {@code xeno verify}: long runs that look for mistakes of the processor.
 *
 * <ul>
 *   <li>{@code CpuVerb}: generated programs, against our interpreter or QEMU
 *   <li>{@code MemoryVerb}: litmus tests on several harts
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.verify;

import org.jspecify.annotations.NullMarked;
