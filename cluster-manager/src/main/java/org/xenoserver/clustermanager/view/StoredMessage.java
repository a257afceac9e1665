package org.xenoserver.clustermanager.view;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostMaintenance;
import org.xenoserver.proto.v1.LogSegment;
import org.xenoserver.proto.v1.ProjectRecord;

/** What a node of the layout says. */
public final class StoredMessage {
  private static final Logger log = LoggerFactory.getLogger(StoredMessage.class);

  private StoredMessage() {}

  /** The message of a node; empty if it holds none, or, which is logged, one that is no message. */
  public static Optional<MessageLite> parse(String path, byte[] data) {
    try {
      return switch ("/" + path.split("/", -1)[1]) {
        case ZooKeeperLayout.HOSTS -> Optional.of(Host.parseFrom(data));
        // A lease is empty while a manager makes sure that there is none.
        case ZooKeeperLayout.LEASES ->
            data.length == 0 ? Optional.empty() : Optional.of(Host.parseFrom(data));
        case ZooKeeperLayout.STATUS -> Optional.of(Domain.parseFrom(data));
        case ZooKeeperLayout.DOMAINS -> Optional.of(DomainRecord.parseFrom(data));
        case ZooKeeperLayout.PROJECTS -> Optional.of(ProjectRecord.parseFrom(data));
        case ZooKeeperLayout.MAINTENANCE -> Optional.of(HostMaintenance.parseFrom(data));
        case ZooKeeperLayout.LOG -> Optional.of(LogSegment.parseFrom(data));
        default -> throw new IllegalArgumentException(path);
      };
    } catch (InvalidProtocolBufferException e) {
      log.warn("{} in ZooKeeper is not understood and left out", path);
      return Optional.empty();
    }
  }
}
