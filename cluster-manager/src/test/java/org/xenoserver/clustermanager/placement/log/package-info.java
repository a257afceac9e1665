@NullMarked
package org.xenoserver.clustermanager.placement.log;

import org.jspecify.annotations.NullMarked;
