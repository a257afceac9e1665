package org.xenoserver.vmm.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.riscv.translator.TranslationMode;

/** The values of options as people write them. */
final class OptionValues {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})([KMGkmg]?)(?:i?[Bb])?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h)?");
  private static final String READ_ONLY = ",readonly";
  private static final int PAGE_BYTES = 4096;

  private OptionValues() {}

  /** A size in bytes such as {@code 256M}; the letters mean powers of 1024. */
  static long memory(String text) throws UsageException {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "--memory '%s' is not a size: give a number and K, M or G, such as 256M".formatted(text));
    }
    int shift =
        switch (matcher.group(2)) {
          case "K", "k" -> 10;
          case "M", "m" -> 20;
          case "G", "g" -> 30;
          default -> 0;
        };
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new UsageException("--memory %s is more than any host has".formatted(text));
    }
    long bytes = number << shift;
    if (bytes == 0 || bytes % PAGE_BYTES != 0) {
      throw new UsageException(
          "--memory %s is not allowed: it must be a positive multiple of 4K".formatted(text));
    }
    return bytes;
  }

  /** A duration such as {@code 60s}, {@code 500ms}, {@code 5m} or {@code 1h}; seconds alone. */
  static Duration timeout(String text) throws UsageException {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "--timeout '%s' is not a duration: give a number and ms, s, m or h, such as 60s"
              .formatted(text));
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          case null, default -> Duration.ofSeconds(number);
        };
    if (duration.isZero()) {
      throw new UsageException("--timeout %s is not allowed: it must be positive".formatted(text));
    }
    return duration;
  }

  /** A number of harts. */
  static int cpus(String text) throws UsageException {
    if (text.matches("\\d{1,3}")) {
      int cpus = Integer.parseInt(text);
      if (cpus >= 1 && cpus <= 128) {
        return cpus;
      }
    }
    throw new UsageException("--cpus '%s' is not a number from 1 to 128".formatted(text));
  }

  /** A file, or a file and {@code ,readonly}. */
  static DiskSpec disk(String text) throws UsageException {
    boolean readOnly = text.endsWith(READ_ONLY);
    Path file =
        path("--disk", readOnly ? text.substring(0, text.length() - READ_ONLY.length()) : text);
    if (!readOnly && text.contains(",") && !file.toFile().exists()) {
      throw new UsageException(
          "--disk '%s': no such file, and after a comma only 'readonly' is allowed"
              .formatted(text));
    }
    return new DiskSpec(file, readOnly);
  }

  static Path path(String option, String text) throws UsageException {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new UsageException("%s needs the name of a file, not '%s'".formatted(option, text));
    }
    return Path.of(text);
  }

  /** When code is translated: always, never or auto. */
  static TranslationMode translation(String when) throws UsageException {
    return switch (when) {
      case "always" -> TranslationMode.ALWAYS;
      case "never" -> TranslationMode.NEVER;
      case "auto" -> TranslationMode.AUTO;
      default ->
          throw new UsageException(
              "--translate '%s' is not one of always, never and auto".formatted(when));
    };
  }
}
