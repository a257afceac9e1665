/**
 * Device trees: what a board tells its guest about itself (Devicetree Specification 0.4).
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.devicetree.VirtDeviceTree}: the tree of our board. Start here.
 *   <li>{@link org.xenoserver.vmm.devicetree.VirtBoard}: what differs from one machine to another.
 *   <li>{@link org.xenoserver.vmm.devicetree.FlattenedDeviceTree}: builds and writes any tree.
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.devicetree;

import org.jspecify.annotations.NullMarked;
