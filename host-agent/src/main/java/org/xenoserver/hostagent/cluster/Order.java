package org.xenoserver.hostagent.cluster;

import java.util.UUID;
import org.xenoserver.proto.v1.DomainRecord;

/**
 * One write of an assignment: what the manager wants of a domain as of now.
 *
 * @param number ZooKeeper's transaction id of the write; a later write has a higher one
 */
record Order(UUID uuid, DomainRecord record, long number) {}
