package org.xenoserver.ops.bench;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report as one JSON document: the components of the records, in lower case with underscores. */
final class JsonReport {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private JsonReport() {}

  static String of(Record report) {
    return MAPPER.writeValueAsString(report) + "\n";
  }
}
