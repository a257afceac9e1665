@NullMarked
package org.xenoserver.accounting;

import org.jspecify.annotations.NullMarked;
