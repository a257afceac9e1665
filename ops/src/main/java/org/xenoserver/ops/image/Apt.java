package org.xenoserver.ops.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Packages of another architecture and release through the machine's apt, as an ordinary user: all
 * state is in a private folder, only the mirror and the transport settings (proxies, certificates)
 * are the machine's. The archive's signature is checked against Debian's own keyring, always.
 */
final class Apt {
  private static final Pattern SETTING = Pattern.compile("(\\S+) \"(.*)\";");
  private static final List<String> KEYRINGS =
      List.of(
          "/usr/share/keyrings/debian-archive-keyring.gpg",
          "/usr/share/keyrings/debian-archive-keyring.pgp");
  private static final String INSTEAD =
      "; provide a kernel and an initial RAM disk of your own with"
          + " ./xeno image import --name debian --kernel FILE --initrd FILE";

  private final Path folder;
  private final String architecture;
  private final String suite;
  private final Progress progress;

  Apt(Path folder, String architecture, String suite, Progress progress) {
    this.folder = folder;
    this.architecture = architecture;
    this.suite = suite;
    this.progress = progress;
  }

  /**
   * A package as the signed index describes it.
   *
   * @param depends the names it depends on, in order, without versions
   * @param bytes size of the package file
   */
  record Package(String name, String version, List<String> depends, long bytes, String sha256) {}

  /** Fetches the index of the suite from the first of the machine's Debian mirrors that has it. */
  void update() throws ImageException {
    try {
      Result dump = run(Map.of(), "apt-config", "dump");
      List<String> settings = dump.output().lines().toList();
      String keyring =
          KEYRINGS.stream()
              .filter(file -> Files.isReadable(Path.of(file)))
              .findFirst()
              .orElseThrow(() ->
                  new ImageException(
                      "cannot check the archive's signature without "
                          + KEYRINGS.getFirst()
                          + "; install the package debian-archive-keyring, or"
                          + INSTEAD.substring(1)));
      List<String> mirrors = mirrors(settings);
      String refusal = "";
      for (String mirror : mirrors) {
        configure(settings, mirror, keyring);
        progress.step("reading the index of " + suite + "/" + architecture + " from " + mirror);
        Result result = apt("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update");
        if (result.status() == 0) {
          return;
        }
        refusal = " " + mirror + " (" + result.error() + ")";
      }
      throw new ImageException(
          "cannot read Debian " + suite + " for " + architecture + " from" + refusal + INSTEAD);
    } catch (IOException e) {
      throw new ImageException("cannot prepare apt in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Looks a package up in the index. */
  Package find(String name) throws ImageException {
    Result result = apt("apt-cache", "show", name);
    return parse(result.output())
        .filter(found -> found.name().equals(name))
        .orElseThrow(() ->
            new ImageException(
                "Debian " + suite + " has no package " + name + " for " + architecture));
  }

  /** The first record of what {@code apt-cache show} prints. */
  static Optional<Package> parse(String output) {
    Map<String, String> fields = new TreeMap<>();
    for (String line : output.split("\n", -1)) {
      if (line.isBlank() && !fields.isEmpty()) {
        break;
      }
      int colon = line.indexOf(": ");
      if (colon > 0 && !line.startsWith(" ")) {
        fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 2).strip());
      }
    }
    String name = fields.getOrDefault("Package", "");
    String version = fields.getOrDefault("Version", "");
    String sha256 = fields.getOrDefault("SHA256", "");
    if (name.isEmpty() || version.isEmpty() || sha256.isEmpty()) {
      return Optional.empty();
    }
    List<String> depends =
        Stream.of(fields.getOrDefault("Depends", "").split(","))
            .map(dependency -> dependency.strip().split("[\\s:(|]", 2)[0])
            .filter(dependency -> !dependency.isEmpty())
            .toList();
    return Optional.of(
        new Package(
            name, version, depends, Long.parseLong(fields.getOrDefault("Size", "0")), sha256));
  }

  /** Downloads packages, showing progress; returns their files in the order asked for. */
  List<Path> download(List<Package> packages) throws ImageException {
    List<Path> files = new ArrayList<>();
    for (Package wanted : packages) {
      try {
        files.add(download(wanted));
      } catch (IOException e) {
        throw new ImageException("cannot store " + wanted.name() + ": " + e.getMessage(), e);
      }
    }
    return files;
  }

  private Path download(Package wanted) throws IOException, ImageException {
    Path target = Files.createTempDirectory(folder, "download-");
    progress.begin(
        "downloading %s %s (%.1f MB)"
            .formatted(wanted.name(), wanted.version(), wanted.bytes() / 1e6));
    Path log = folder.resolve("apt.log");
    Process process =
        builder("apt-get", "-q", "download", wanted.name() + "=" + wanted.version())
            .directory(target.toFile())
            .redirectOutput(log.toFile())
            .start();
    try {
      while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
        progress.done(sizeOfFiles(target), wanted.bytes());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("the download was interrupted", e);
    } finally {
      process.destroy();
    }
    Result result = new Result(process.exitValue(), Files.readString(log));
    if (result.status() != 0) {
      progress.close();
      throw new ImageException(
          "cannot download " + wanted.name() + " (" + result.error() + ")" + INSTEAD);
    }
    progress.done(1, 1);
    progress.close();
    return verified(wanted, target);
  }

  private static Path verified(Package wanted, Path target) throws IOException, ImageException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(target)) {
      files = entries.filter(file -> file.toString().endsWith(".deb")).toList();
    }
    if (files.size() != 1) {
      throw new ImageException("apt left " + files.size() + " files for " + wanted.name());
    }
    var digest = ImageStore.sha256();
    try (var in = Files.newInputStream(files.getFirst())) {
      byte[] buffer = new byte[1 << 16];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        digest.update(buffer, 0, length);
      }
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(wanted.sha256())) {
      throw new ImageException(wanted.name() + " is not what the signed index describes");
    }
    return files.getFirst();
  }

  private static List<String> mirrors(List<String> settings) throws IOException, ImageException {
    Path root = Path.of("/").resolve(setting(settings, "Dir", "/"));
    Path etc = root.resolve(setting(settings, "Dir::Etc", "etc/apt"));
    Path list = etc.resolve(setting(settings, "Dir::Etc::sourcelist", "sources.list"));
    Path parts = etc.resolve(setting(settings, "Dir::Etc::sourceparts", "sources.list.d"));
    List<String> mirrors = AptSources.debianMirrors(AptSources.read(list, parts));
    if (mirrors.isEmpty()) {
      throw new ImageException(
          "no mirror of Debian is configured in " + list + " or " + parts + INSTEAD);
    }
    return mirrors;
  }

  private void configure(List<String> settings, String mirror, String keyring) throws IOException {
    for (String name : List.of("state/lists/partial", "cache/archives/partial")) {
      Files.createDirectories(folder.resolve(name));
    }
    Files.writeString(folder.resolve("status"), "");
    Files.writeString(
        folder.resolve("sources.list"),
        "deb [arch=%s signed-by=%s] %s %s main%n".formatted(architecture, keyring, mirror, suite));
    // The machine's hooks and pinning do not apply to a private state; its way to the network does.
    String transport =
        settings.stream()
            .filter(line -> line.startsWith("Acquire::") && !line.contains("::Allow"))
            .collect(Collectors.joining("\n"));
    Files.writeString(
        folder.resolve("apt.conf"),
        transport
            + """

            Dir::Etc::main "/dev/null";
            Dir::Etc::parts "/dev/null";
            Dir::Etc::preferences "/dev/null";
            Dir::Etc::preferencesparts "/dev/null";
            Dir::Etc::sourcelist "%1$s/sources.list";
            Dir::Etc::sourceparts "/dev/null";
            Dir::State "%1$s/state";
            Dir::State::Lists "%1$s/state/lists";
            Dir::State::status "%1$s/status";
            Dir::Cache "%1$s/cache";
            APT::Architecture "%2$s";
            APT::Architectures { "%2$s"; };
            APT::Sandbox::User "";
            APT::Get::AllowUnauthenticated "false";
            Acquire::AllowInsecureRepositories "false";
            Acquire::AllowWeakRepositories "false";
            Acquire::AllowDowngradeToInsecureRepositories "false";
            Acquire::Languages "none";
            Acquire::Retries "2";
            """
                .formatted(folder, architecture));
  }

  private static String setting(List<String> settings, String key, String otherwise) {
    return settings.stream()
        .map(SETTING::matcher)
        .filter(matcher -> matcher.matches() && matcher.group(1).equals(key))
        .map(matcher -> matcher.group(2))
        .findFirst()
        .orElse(otherwise);
  }

  private static long sizeOfFiles(Path target) {
    try (Stream<Path> entries = Files.list(target)) {
      return entries.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("APT_CONFIG", folder.resolve("apt.conf").toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }

  private Result apt(String... command) throws ImageException {
    return run(Map.of("APT_CONFIG", folder.resolve("apt.conf").toString()), command);
  }

  private static Result run(Map<String, String> environment, String... command)
      throws ImageException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new ImageException(
          "fetching Debian's packages needs apt, and "
              + command[0]
              + " cannot be run here"
              + INSTEAD,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException(command[0] + " was interrupted", e);
    }
  }

  /** What a command printed, and how it ended. */
  private record Result(int status, String output) {
    private static final Pattern ERROR = Pattern.compile("E: *(.*)");

    /** The first error apt printed. */
    String error() {
      return output
          .lines()
          .map(ERROR::matcher)
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1).strip())
          .findFirst()
          .orElse("status " + status);
    }
  }
}
