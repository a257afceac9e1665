package org.xenoserver.clustermanager.control;

import java.util.List;
import org.xenoserver.proto.ZooKeeperLayout;

/** The folders that only a leader writes. */
final class Truth {
  static final List<String> ROOTS =
      List.of(
          ZooKeeperLayout.DOMAINS,
          ZooKeeperLayout.PROJECTS,
          ZooKeeperLayout.MAINTENANCE,
          ZooKeeperLayout.LOG);

  private Truth() {}
}
