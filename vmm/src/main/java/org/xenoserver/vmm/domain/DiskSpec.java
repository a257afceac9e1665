package org.xenoserver.vmm.domain;

import java.nio.file.Path;

/**
 * A disk of a domain.
 *
 * @param file a raw image whose size is a multiple of 512 bytes
 * @param readOnly whether guest writes are refused
 */
public record DiskSpec(Path file, boolean readOnly) {}
