/** Tests of the demonstration's parts. */
@NullMarked
package org.xenoserver.ops.demo;

import org.jspecify.annotations.NullMarked;
