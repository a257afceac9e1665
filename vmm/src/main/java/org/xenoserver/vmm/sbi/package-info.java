/**
 * The Supervisor Binary Interface, answered by the VMM in place of M-mode firmware: our hypercalls.
 *
 * <p>{@link org.xenoserver.vmm.sbi.SupervisorBinaryInterface} takes every call and passes it to one
 * extension. Source: RISC-V Supervisor Binary Interface Specification 2.0.
 */
@NullMarked
package org.xenoserver.vmm.sbi;

import org.jspecify.annotations.NullMarked;
