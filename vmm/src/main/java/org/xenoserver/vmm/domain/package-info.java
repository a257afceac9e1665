/** Domains and the hypervisor that runs them: specification, life cycle, console, counters. */
@NullMarked
package org.xenoserver.vmm.domain;

import org.jspecify.annotations.NullMarked;
