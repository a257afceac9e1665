/**
 * What domains use, as records that can be billed once.
 *
 * <ul>
 *   <li>{@link org.xenoserver.hostagent.metering.UsageMeter} numbers the records of every boot and
 *       keeps the last ones of domains that are gone
 * </ul>
 */
@NullMarked
package org.xenoserver.hostagent.metering;

import org.jspecify.annotations.NullMarked;
