@NullMarked
package org.xenoserver.hostagent.cluster;

import org.jspecify.annotations.NullMarked;
