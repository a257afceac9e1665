package org.xenoserver.proto.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a YAML document that knows where it stands. Lines and columns count from 1. */
sealed interface YamlNode {
  Position position();

  record Position(int line, int column) {}

  /** Keys in the order of the file, each with its own position. */
  record Mapping(Position position, LinkedHashMap<String, Entry> entries) implements YamlNode {}

  record Entry(Position key, YamlNode value) {}

  record Sequence(Position position, List<YamlNode> items) implements YamlNode {}

  /** Its text, quoted or not, whatever type YAML would guess. */
  record Scalar(Position position, String text) implements YamlNode {}

  /** Nothing, {@code ~} or {@code null}. */
  record Empty(Position position) implements YamlNode {}

  /** What it is, as a sentence would call it. */
  default String describe() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Scalar scalar -> "'" + scalar.text() + "'";
      case Empty _ -> "no value";
    };
  }

  /** An empty document. */
  static Mapping emptyDocument() {
    return new Mapping(new Position(1, 1), new LinkedHashMap<>(Map.of()));
  }
}
