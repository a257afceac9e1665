package org.xenoserver.proto.coordination;

/** One of the writes that happen together. A version of -1 is any. */
@SuppressWarnings("ArrayRecordComponent") // nobody changes or compares the data
public sealed interface Write {
  /** The node written. */
  String path();

  /** Refused if the node exists or its folder does not. */
  record Create(String path, byte[] data, boolean ephemeral) implements Write {}

  /** Refused if the node does not exist or has another version. */
  record SetData(String path, byte[] data, int version) implements Write {}

  /** Refused if the node does not exist, has another version or has nodes below it. */
  record Delete(String path, int version) implements Write {}

  /** Refused if the node does not exist or has another version. */
  record Check(String path, int version) implements Write {}

  /** A node that stays. */
  static Write create(String path, byte[] data) {
    return new Create(path, data, false);
  }

  /** A node that goes with the session. */
  static Write createEphemeral(String path, byte[] data) {
    return new Create(path, data, true);
  }
}
