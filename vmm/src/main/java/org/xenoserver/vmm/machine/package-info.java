/** What a domain runs: RAM, vCPUs and devices of one board, as the hypervisor drives them. */
@NullMarked
package org.xenoserver.vmm.machine;

import org.jspecify.annotations.NullMarked;
