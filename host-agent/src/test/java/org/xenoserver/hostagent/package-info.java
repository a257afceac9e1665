@NullMarked
package org.xenoserver.hostagent;

import org.jspecify.annotations.NullMarked;
