/** Tests of the assembler. */
@NullMarked
package org.xenoserver.vmm.assembler;

import org.jspecify.annotations.NullMarked;
