@NullMarked
package org.xenoserver.clustermanager.placement;

import org.jspecify.annotations.NullMarked;
