package org.xenoserver.clustermanager.store;

import org.xenoserver.proto.v1.DomainRecord;

/**
 * A domain as stored.
 *
 * @param version ZooKeeper's version of the record; raised by every write
 */
public record StoredDomain(DomainRecord record, int version) {
  /** The domain's UUID. */
  public String uuid() {
    return record.getSpec().getUuid();
  }

  /** The domain's name. */
  public String name() {
    return record.getSpec().getName();
  }
}
