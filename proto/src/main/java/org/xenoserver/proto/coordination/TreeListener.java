package org.xenoserver.proto.coordination;

import java.util.Map;

/** Is told of a folder. Paths are whole; nodes above the depth asked for are left out. */
public interface TreeListener {
  /** All nodes there are; whatever was told before and is not among them is gone. */
  void snapshot(Map<String, Node> nodes);

  /** A node that is new or has changed. */
  void put(String path, Node node);

  /** A node that is gone. */
  void removed(String path);
}
