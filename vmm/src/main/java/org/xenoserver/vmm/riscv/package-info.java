/** The RISC-V processor: decoder, interpreter, address translation, traps. */
@NullMarked
package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.NullMarked;
