/** Loading files made up here byte by byte. */
@NullMarked
package org.xenoserver.vmm.loader;

import org.jspecify.annotations.NullMarked;
