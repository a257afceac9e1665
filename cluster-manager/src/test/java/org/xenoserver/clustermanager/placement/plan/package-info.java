@NullMarked
package org.xenoserver.clustermanager.placement.plan;

import org.jspecify.annotations.NullMarked;
