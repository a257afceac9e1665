/**
 * Domains and the hypervisor that runs them: specification, life cycle, console, counters, and
 * {@link org.xenoserver.vmm.domain.RunPermit} until when they may run.
 */
@NullMarked
package org.xenoserver.vmm.domain;

import org.jspecify.annotations.NullMarked;
