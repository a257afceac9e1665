package org.xenoserver.vmm.domain;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a domain starts.
 *
 * @param kernel an Image, an EFI-stub Image, a gzip of either, or an ELF; null only with firmware
 * @param initrd loaded beside the kernel and announced in the device tree
 * @param commandLine {@code /chosen/bootargs}; may be empty
 * @param firmware M-mode firmware loaded at the start of RAM; without it the VMM answers SBI
 */
public record BootSpec(
    @Nullable Path kernel, @Nullable Path initrd, String commandLine, @Nullable Path firmware) {}
