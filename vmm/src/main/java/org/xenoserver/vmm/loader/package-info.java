/**
 * Kernels, firmware and initial RAM disks into guest RAM, as QEMU's {@code virt} board starts them.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.loader.BootLoader}: decides what goes where. Start here.
 *   <li>{@link org.xenoserver.vmm.loader.Loaded}, {@link org.xenoserver.vmm.loader.BootLayout}:
 *       what it answers, and what it tells the maker of the device tree on the way.
 *   <li>{@link org.xenoserver.vmm.loader.ElfImage}, {@code LinuxImage}: the file formats.
 *   <li>{@code BootFile}: a file's bytes, mapped or decompressed.
 *   <li>{@code RamPlan}: which ranges of RAM are taken, and by what.
 *   <li>{@link org.xenoserver.vmm.loader.DynamicFirmwareInfo}: OpenSBI's description of the next
 *       stage.
 * </ul>
 *
 * <p>Every failure is an {@link java.io.IOException} whose message is one sentence that names the
 * file.
 */
@NullMarked
package org.xenoserver.vmm.loader;

import org.jspecify.annotations.NullMarked;
