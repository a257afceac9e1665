/** Tests of the processor's judge, and bounded runs of it. */
@NullMarked
package org.xenoserver.vmm.conformance;

import org.jspecify.annotations.NullMarked;
