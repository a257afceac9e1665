/** What a processor multiplexes: the contract between the schedulers and an execution engine. */
@NullMarked
package org.xenoserver.vmm.vcpu;

import org.jspecify.annotations.NullMarked;
