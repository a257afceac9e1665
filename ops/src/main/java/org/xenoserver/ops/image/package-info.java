/**
 * Guest images: a kernel and an initial RAM disk under a name, kept in the user's cache.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.image.ImageCommand}: {@code xeno image}
 *   <li>{@link org.xenoserver.ops.image.ImageStore}: the folder of images, changed atomically
 *   <li>{@link org.xenoserver.ops.image.DebianImage}: makes one from Debian's packages
 *   <li>AptSources, Apt: the mirror this machine uses, and packages from it, unprivileged and with
 *       signatures checked
 *   <li>DebPackage, KernelModules, ModuleInfo, BusyBox: what is taken out of the packages
 *   <li>Initramfs: the archive the kernel unpacks; its {@code /init} is the resource beside these
 *       classes
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.image;

import org.jspecify.annotations.NullMarked;
