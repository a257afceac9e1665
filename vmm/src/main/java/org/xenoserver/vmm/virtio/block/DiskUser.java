package org.xenoserver.vmm.virtio.block;

import java.util.UUID;
import java.util.function.Consumer;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.io.Alarm;
import org.xenoserver.vmm.time.Clock;

/**
 * On whose behalf a disk is opened.
 *
 * @param domain whose epochs count for a shared disk
 * @param permit until when the disk may begin writes
 * @param clock the alarm's clock
 * @param retry for this disk alone: wakes it when it could not look at a shared disk's owner
 * @param ownershipLost told once, in one sentence, when a shared disk belongs to a newer epoch
 */
public record DiskUser(
    UUID domain, RunPermit permit, Clock clock, Alarm retry, Consumer<String> ownershipLost) {}
