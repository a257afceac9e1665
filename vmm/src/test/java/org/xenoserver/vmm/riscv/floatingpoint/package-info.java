/** Floating-point arithmetic held against its definition in rational numbers. */
@NullMarked
package org.xenoserver.vmm.riscv.floatingpoint;

import org.jspecify.annotations.NullMarked;
