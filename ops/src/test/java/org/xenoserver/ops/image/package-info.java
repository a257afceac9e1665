/** Tests of guest images; none needs the network. */
@NullMarked
package org.xenoserver.ops.image;

import org.jspecify.annotations.NullMarked;
