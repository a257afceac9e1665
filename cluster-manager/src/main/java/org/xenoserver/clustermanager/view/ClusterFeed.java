package org.xenoserver.clustermanager.view;

import com.google.protobuf.MessageLite;
import java.util.Map;
import java.util.Optional;

/** Is told what is stored, by one thread, in order. Paths and data are the layout's. */
public interface ClusterFeed {
  /** All there is below a folder; what was told of it before and is not here is gone. */
  void snapshot(String root, Map<String, byte[]> nodes);

  /** A node that is new or has changed. */
  void put(String path, byte[] data);

  /** A node that is gone. */
  void removed(String path);

  /**
   * Several changes at once that have been parsed already, or were written by this manager: the
   * messages by path, empty where a node is gone.
   */
  default void told(Map<String, Optional<MessageLite>> changes) {
    changes.forEach((path, message) ->
        message.ifPresentOrElse(value -> put(path, value.toByteArray()), () -> removed(path)));
  }
}
