/**
 * The judge of the processor: generated programs run on it and on others, and what memory ordering
 * allows.
 */
@NullMarked
package org.xenoserver.vmm.conformance;

import org.jspecify.annotations.NullMarked;
