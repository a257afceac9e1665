package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a kernel printed: {@code round I TICKS CHECKSUM INSTRUCTIONS} for each round. */
final class KernelOutput {
  /** Of rdtime on the {@code virt} board. */
  private static final double TICKS_PER_MS = 10_000;

  /** A last line that says that nothing more will come. */
  static final Pattern END = Pattern.compile("(?m)^(done|panic: .*)\r?$");

  private static final Pattern ROUND =
      Pattern.compile("(?m)^round (\\d{1,6}) (\\d{1,18}) ([0-9a-f]{1,16}) (\\d{1,20})\r?$");
  private static final Pattern PANIC = Pattern.compile("(?m)^panic: (.*?)\r?$");

  private KernelOutput() {}

  /**
   * One round.
   *
   * @param checksum of its results, hexadecimal
   * @param instructions retired, where the machine counts them
   */
  record Round(double ms, String checksum, long instructions) {}

  /**
   * Reads it.
   *
   * @param rounds how many there must be
   * @throws BenchException if it is not complete, or its rounds had different results
   */
  static List<Round> parse(String output, int rounds) throws BenchException {
    Matcher panic = PANIC.matcher(output);
    if (panic.find()) {
      throw new BenchException("it stopped with '" + panic.group(1) + "'");
    }
    List<Round> found = new ArrayList<>();
    Matcher matcher = ROUND.matcher(output);
    while (matcher.find()) {
      if (Integer.parseInt(matcher.group(1)) != found.size()) {
        throw new BenchException("round %d is missing from its output".formatted(found.size()));
      }
      long ticks = Long.parseLong(matcher.group(2));
      if (ticks == 0) {
        throw new BenchException("round %d took no time".formatted(found.size()));
      }
      found.add(
          new Round(
              ticks / TICKS_PER_MS, matcher.group(3), Long.parseUnsignedLong(matcher.group(4))));
    }
    if (found.size() != rounds) {
      throw new BenchException(
          "it printed %d rounds instead of %d".formatted(found.size(), rounds));
    }
    if (found.stream().map(Round::checksum).distinct().count() != 1) {
      throw new BenchException(
          "its rounds had different results: "
              + String.join(" ", found.stream().map(Round::checksum).distinct().toList()));
    }
    return found;
  }
}
