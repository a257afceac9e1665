package org.xenoserver.vmm.loader;

import org.jspecify.annotations.Nullable;

/**
 * What a device tree has to say about how the machine boots.
 *
 * @param mode where the harts start; in S-mode the guest must not see M-mode's devices
 * @param initrd where the initial RAM disk lies, if there is one
 */
public record BootLayout(InitialMode mode, @Nullable AddressRange initrd) {}
