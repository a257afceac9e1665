@NullMarked
package org.xenoserver.hostagent.metering;

import org.jspecify.annotations.NullMarked;
