package org.xenoserver.clustermanager.view;

import java.util.Map;

/** Is told what is stored, by one thread, in order. Paths and data are the layout's. */
public interface ClusterFeed {
  /** All there is below a folder; what was told of it before and is not here is gone. */
  void snapshot(String root, Map<String, byte[]> nodes);

  /** A node that is new or has changed. */
  void put(String path, byte[] data);

  /** A node that is gone. */
  void removed(String path);
}
