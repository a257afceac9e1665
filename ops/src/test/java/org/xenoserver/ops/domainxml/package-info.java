@NullMarked
package org.xenoserver.ops.domainxml;

import org.jspecify.annotations.NullMarked;
