package org.xenoserver.ops.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a machine is to run.
 *
 * @param kernel an ELF file for the {@code virt} board, or Linux
 * @param append its command line
 */
record MachineSetup(Path kernel, @Nullable Path initrd, String append, int memoryMiB, int harts) {}
