package org.xenoserver.proto.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Reads one YAML document into nodes that know where they stand. */
final class YamlReader {
  private final String file;
  private final JsonParser parser;

  private YamlReader(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static YamlNode.Mapping read(String file, String text) throws ConfigException {
    try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
      YamlReader reader = new YamlReader(file, parser);
      JsonToken first = parser.nextToken();
      if (first == null) {
        return YamlNode.emptyDocument();
      }
      YamlNode root = reader.node(first);
      JsonToken next = parser.nextToken();
      if (next != null) {
        throw reader.error(reader.position(), "only one document is allowed in a file");
      }
      return switch (root) {
        case YamlNode.Mapping mapping -> mapping;
        case YamlNode.Empty _ -> YamlNode.emptyDocument();
        case YamlNode.Sequence _, YamlNode.Scalar _ ->
            throw reader.error(
                root.position(), root.describe() + " where lines of 'key: value' are expected");
      };
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String where = at == null ? "" : at.getLineNr() + ":" + at.getColumnNr() + ": ";
      throw new ConfigException(file + ":" + where + "not valid YAML: " + oneLine(e));
    }
  }

  private YamlNode node(JsonToken token) throws ConfigException {
    YamlNode.Position at = position();
    return switch (token) {
      case START_OBJECT -> mapping(at);
      case START_ARRAY -> sequence(at);
      case VALUE_NULL -> new YamlNode.Empty(at);
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          new YamlNode.Scalar(at, parser.getString());
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw error(at, "a value of an unsupported kind");
    };
  }

  private YamlNode mapping(YamlNode.Position at) throws ConfigException {
    LinkedHashMap<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      YamlNode.Position keyAt = position();
      YamlNode value = node(value());
      if (entries.putIfAbsent(key, new YamlNode.Entry(keyAt, value)) != null) {
        throw error(keyAt, "key '" + key + "' is given twice; allowed is once");
      }
    }
    return new YamlNode.Mapping(at, entries);
  }

  private YamlNode sequence(YamlNode.Position at) throws ConfigException {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = value(); token != JsonToken.END_ARRAY; token = value()) {
      items.add(node(token));
    }
    return new YamlNode.Sequence(at, items);
  }

  private JsonToken value() throws ConfigException {
    @Nullable JsonToken token = parser.nextToken();
    if (token == null) {
      throw error(position(), "the file ends in the middle of a value");
    }
    return token;
  }

  private YamlNode.Position position() {
    TokenStreamLocation at = parser.currentTokenLocation();
    return new YamlNode.Position(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
  }

  private ConfigException error(YamlNode.Position at, String what) {
    return new ConfigException(file + ":" + at.line() + ":" + at.column() + ": " + what);
  }

  private static String oneLine(JacksonException e) {
    String message = e.getOriginalMessage();
    return message.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
  }
}
