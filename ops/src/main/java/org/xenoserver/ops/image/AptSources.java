package org.xenoserver.ops.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The archives a machine's apt is configured for, from sources.list(5): one-line {@code .list} and
 * deb822-style {@code .sources} files. Lines apt itself would refuse are passed over.
 */
final class AptSources {
  private static final Pattern ONE_LINE = Pattern.compile("deb\\s+(?:\\[([^]]*)]\\s*)?(.+)");

  /** Suites of the Debian archive itself; other vendors invent their own for bookworm and so on. */
  private static final Set<String> DEBIAN_SUITES =
      Set.of(
          "stable",
          "oldstable",
          "oldoldstable",
          "testing",
          "unstable",
          "sid",
          "buster",
          "bullseye",
          "bookworm",
          "trixie",
          "forky",
          "duke");

  private AptSources() {}

  /**
   * One archive.
   *
   * @param signedBy the keyring named for it, or an empty string
   */
  record Source(String uri, String suite, List<String> components, String signedBy) {
    private boolean isDebian() {
      return DEBIAN_SUITES.contains(suite)
          && components.contains("main")
          && !uri.startsWith("cdrom:");
    }

    private boolean looksLikeTheArchive() {
      String path = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
      return signedBy.contains("debian-archive") || path.endsWith("/debian");
    }
  }

  /** Mirrors of the Debian archive among the sources, the likeliest first. */
  static List<String> debianMirrors(List<Source> sources) {
    return List.copyOf(
        sources.stream()
            .filter(Source::isDebian)
            .sorted(Comparator.comparing(source -> !source.looksLikeTheArchive()))
            .map(Source::uri)
            .collect(LinkedHashSet::new, Set::add, Set::addAll));
  }

  /**
   * Reads the files apt would read.
   *
   * @param list the file sources.list; may be missing
   * @param parts the folder sources.list.d; may be missing
   */
  static List<Source> read(Path list, Path parts) throws IOException {
    List<Source> sources = new ArrayList<>();
    if (Files.isReadable(list) && Files.isRegularFile(list)) {
      sources.addAll(parseOneLine(Files.readString(list)));
    }
    if (!Files.isDirectory(parts)) {
      return sources;
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(parts)) {
      files = entries.filter(Files::isReadable).sorted().toList();
    }
    for (Path file : files) {
      if (file.toString().endsWith(".list")) {
        sources.addAll(parseOneLine(Files.readString(file)));
      } else if (file.toString().endsWith(".sources")) {
        sources.addAll(parseDeb822(Files.readString(file)));
      }
    }
    return sources;
  }

  static List<Source> parseOneLine(String text) {
    List<Source> sources = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      int comment = line.indexOf('#');
      Matcher matcher = ONE_LINE.matcher((comment < 0 ? line : line.substring(0, comment)).strip());
      if (!matcher.matches()) {
        continue;
      }
      String signedBy = "";
      String options = matcher.group(1);
      for (String option : words(options == null ? "" : options)) {
        if (option.startsWith("signed-by=")) {
          signedBy = option.substring("signed-by=".length());
        }
      }
      List<String> words = words(matcher.group(2));
      if (words.size() >= 2) {
        sources.add(
            new Source(words.get(0), words.get(1), words.subList(2, words.size()), signedBy));
      }
    }
    return sources;
  }

  static List<Source> parseDeb822(String text) {
    List<Source> sources = new ArrayList<>();
    Map<String, String> stanza = new HashMap<>();
    String field = "";
    for (String line : (text + "\n\n").split("\n", -1)) {
      int colon = line.indexOf(':');
      if (line.startsWith("#")) {
        continue;
      } else if (line.isBlank()) {
        sources.addAll(sourcesOf(stanza));
        stanza.clear();
        field = "";
      } else if (Character.isWhitespace(line.charAt(0))) {
        stanza.merge(field, line.strip(), (before, more) -> before + " " + more);
      } else if (colon > 0) {
        field = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        stanza.put(field, line.substring(colon + 1).strip());
      }
    }
    return sources;
  }

  private static List<Source> sourcesOf(Map<String, String> stanza) {
    boolean enabled = !Set.of("no", "false", "0").contains(stanza.getOrDefault("enabled", "yes"));
    if (!enabled || !words(stanza.getOrDefault("types", "")).contains("deb")) {
      return List.of();
    }
    List<Source> sources = new ArrayList<>();
    for (String uri : words(stanza.getOrDefault("uris", ""))) {
      for (String suite : words(stanza.getOrDefault("suites", ""))) {
        sources.add(
            new Source(
                uri,
                suite,
                words(stanza.getOrDefault("components", "")),
                stanza.getOrDefault("signed-by", "")));
      }
    }
    return sources;
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }
}
