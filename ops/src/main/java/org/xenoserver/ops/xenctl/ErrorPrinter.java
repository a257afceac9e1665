package org.xenoserver.ops.xenctl;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes failures to standard error: a sentence, or for programs one line of JSON with it. */
final class ErrorPrinter {
  private final PrintStream err;
  private final OutputFormat format;

  ErrorPrinter(PrintStream err, OutputFormat format) {
    this.err = err;
    this.format = format;
  }

  void print(Failure failure) {
    print(failure.exitStatus(), failure.code(), failure.sentence());
  }

  void print(ExitStatus exitStatus, String code, String sentence) {
    switch (format) {
      case JSON -> err.println(Json.line(Map.of("error", object(exitStatus, code, sentence))));
      case TABLE, XML -> err.println("xenctl: " + Table.printable(sentence));
    }
  }

  /** A remark that is not an error; programs do not get it. */
  void note(String text) {
    if (format != OutputFormat.JSON) {
      err.println(text);
    }
  }

  private static Map<String, Object> object(ExitStatus exitStatus, String code, String sentence) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("code", code);
    object.put("exit_status", exitStatus.code());
    object.put("message", sentence);
    return object;
  }
}
