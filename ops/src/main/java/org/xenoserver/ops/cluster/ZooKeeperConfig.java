package org.xenoserver.ops.cluster;

import java.nio.file.Path;
import org.xenoserver.proto.config.Default;
import org.xenoserver.proto.config.Endpoint;

/**
 * What a ZooKeeper server is told.
 *
 * @param listen where it serves; port 0 lets the system choose
 * @param data its folder, made if missing
 */
public record ZooKeeperConfig(@Default("127.0.0.1:2181") Endpoint listen, Path data) {}
