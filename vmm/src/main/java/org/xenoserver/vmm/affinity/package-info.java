/**
 * On which of the host's processors threads of this process run: {@link
 * org.xenoserver.vmm.affinity.HostThread} asks the host's kernel, {@link
 * org.xenoserver.vmm.affinity.QuietProcessor} is the one that threads which make code stay off.
 */
@NullMarked
package org.xenoserver.vmm.affinity;

import org.jspecify.annotations.NullMarked;
