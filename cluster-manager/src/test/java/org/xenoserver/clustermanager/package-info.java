@NullMarked
package org.xenoserver.clustermanager;

import org.jspecify.annotations.NullMarked;
