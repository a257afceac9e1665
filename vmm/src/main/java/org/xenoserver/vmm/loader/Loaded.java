package org.xenoserver.vmm.loader;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How every hart starts once RAM is loaded: {@code a0} is its hart id, {@code a1} the device tree's
 * address, {@code a2} the address of the {@link DynamicFirmwareInfo} or 0. In S-mode only the boot
 * hart, 0, starts; the others wait for SBI's HSM extension.
 *
 * @param entry first program counter
 * @param mode first privilege mode
 * @param deviceTreeAddress where the flattened device tree lies
 * @param dynamicInfoAddress where {@code fw_dynamic_info} lies, with firmware; otherwise 0
 * @param initrd where the initial RAM disk lies
 * @param toHost address of the doubleword that ends a test program when written, if its ELF has one
 * @param fromHost address of the doubleword that answers it, if its ELF has one
 */
public record Loaded(
    long entry,
    InitialMode mode,
    long deviceTreeAddress,
    long dynamicInfoAddress,
    @Nullable AddressRange initrd,
    OptionalLong toHost,
    OptionalLong fromHost) {}
