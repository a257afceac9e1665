/** Guest RAM as a mapped file, and raw access to it by absolute address. */
@NullMarked
package org.xenoserver.vmm.memory;

import org.jspecify.annotations.NullMarked;
