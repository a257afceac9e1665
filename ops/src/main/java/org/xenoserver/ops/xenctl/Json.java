package org.xenoserver.ops.xenctl;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers for programs: protobuf's JSON mapping with the field names of the {@code .proto} files
 * and every field present, also those at their default. 64 bit numbers are strings, as that mapping
 * demands.
 */
final class Json {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();

  private Json() {}

  static String document(Message message) {
    return print(PRINTER, message);
  }

  static String document(List<? extends Message> messages) {
    return messages.stream().map(Json::document).collect(Collectors.joining(",\n", "[", "]"));
  }

  /** Without line breaks. */
  static String line(Message message) {
    return print(PRINTER.omittingInsignificantWhitespace(), message);
  }

  /** What is not a message of the API. */
  static String document(Map<String, ?> object) {
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(object);
  }

  /** Without line breaks. */
  static String line(Map<String, ?> object) {
    return JsonMapper.shared().writeValueAsString(object);
  }

  private static String print(JsonFormat.Printer printer, Message message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message without Any cannot fail to print", e);
    }
  }
}
