/**
 * The data plane shared by all domains of a process.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.io.IoLoop}: the one thread device back ends work on
 *   <li>{@link org.xenoserver.vmm.io.IoTask}: a piece of work that runs there whenever it is woken
 *   <li>{@link org.xenoserver.vmm.io.Alarm}: something that is to happen at a time
 *   <li>{@link org.xenoserver.vmm.io.ByteSink}: where serial and console output goes
 *   <li>{@link org.xenoserver.vmm.io.ByteRing}: where their input waits
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.io;

import org.jspecify.annotations.NullMarked;
