package org.xenoserver.ops.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The modules of one kernel, as its package leaves them under {@code /usr/lib/modules/RELEASE}, and
 * the choice of those an image needs with everything these depend on. Names are compared as the
 * kernel does: '-' and '_' are the same.
 */
final class KernelModules {
  /** Where softdeps of the file systems point: aliases such as crypto-crc32c. */
  private static final String CRYPTO = "kernel/crypto/";

  private final Path folder;
  private final String release;
  private final Map<String, String> pathByName = new TreeMap<>();
  private final Set<String> builtIn;
  private @Nullable Map<String, String> cryptoByAlias;

  /**
   * Looks through a folder of modules.
   *
   * @param folder holds {@code kernel/...} with modules, plain or compressed by xz
   * @param builtIn paths of the file modules.builtin
   */
  KernelModules(Path folder, String release, List<String> builtIn) throws IOException {
    this.folder = folder;
    this.release = release;
    this.builtIn = new LinkedHashSet<>(builtIn.stream().map(KernelModules::nameOf).toList());
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String path = folder.relativize(file).toString();
        if (path.endsWith(".ko") || path.endsWith(".ko.xz")) {
          pathByName.put(nameOf(path), path);
        }
      }
    }
  }

  /** A module to put into an image. */
  record Module(String name, byte[] content, ModuleInfo info, List<String> needs) {
    /** Copies the list; {@code needs} is in the order to load them in. */
    Module {
      needs = List.copyOf(needs);
    }

    String file() {
      return name + ".ko";
    }
  }

  /** Modules chosen, each after those it needs. */
  record Selection(String release, List<Module> modules) {
    /** Copies the list. */
    Selection {
      modules = List.copyOf(modules);
    }

    /** The file modules.dep: each module and what it needs, the last to be loaded first. */
    String dependencies() {
      StringBuilder text = new StringBuilder();
      for (Module module : modules) {
        text.append(module.file()).append(':');
        for (String needed : module.needs().reversed()) {
          text.append(' ').append(needed).append(".ko");
        }
        text.append('\n');
      }
      return text.toString();
    }

    /** The file modules.alias. */
    String aliases() {
      StringBuilder text = new StringBuilder();
      for (Module module : modules) {
        for (String alias : module.info().aliases()) {
          text.append("alias %s %s\n".formatted(alias, module.name()));
        }
      }
      return text.toString();
    }
  }

  /**
   * Selects modules and, before each, what it depends on.
   *
   * @throws ImageException if one is neither a module nor built in
   */
  Selection select(List<String> wanted) throws IOException, ImageException {
    Map<String, Module> chosen = new LinkedHashMap<>();
    for (String name : wanted) {
      choose(nameOf(name), chosen, new LinkedHashSet<>());
    }
    return new Selection(release, List.copyOf(chosen.values()));
  }

  private void choose(String name, Map<String, Module> chosen, Set<String> path)
      throws IOException, ImageException {
    if (chosen.containsKey(name) || builtIn.contains(name) || !path.add(name)) {
      return;
    }
    String file = pathByName.get(name);
    if (file == null) {
      throw new ImageException(
          "kernel %s has no module %s (needed by %s)"
              .formatted(release, name, String.join(" < ", path)));
    }
    byte[] content = content(file);
    ModuleInfo info = ModuleInfo.parse(content);
    List<String> needs = new ArrayList<>();
    for (String depended : info.depends()) {
      needs.add(nameOf(depended));
    }
    for (String depended : info.before()) {
      provider(depended).ifPresent(needs::add);
    }
    Set<String> all = new LinkedHashSet<>();
    for (String needed : needs) {
      choose(needed, chosen, path);
      Module module = chosen.get(needed);
      if (module != null) {
        all.addAll(module.needs());
        all.add(needed);
      }
    }
    chosen.put(name, new Module(name, content, info, List.copyOf(all)));
    path.remove(name);
  }

  /** The module of a name or, as no alias can be looked up by name, of an alias of the ciphers. */
  private Optional<String> provider(String nameOrAlias) throws IOException {
    String name = nameOf(nameOrAlias);
    if (pathByName.containsKey(name)) {
      return Optional.of(name);
    }
    Map<String, String> known = cryptoByAlias;
    if (known == null) {
      known = new TreeMap<>();
      for (Map.Entry<String, String> module : pathByName.entrySet()) {
        if (module.getValue().startsWith(CRYPTO)) {
          for (String alias : ModuleInfo.parse(content(module.getValue())).aliases()) {
            known.putIfAbsent(alias, module.getKey());
          }
        }
      }
      cryptoByAlias = known;
    }
    return Optional.ofNullable(known.get(nameOrAlias));
  }

  private byte[] content(String path) throws IOException {
    try (var in = Files.newInputStream(folder.resolve(path))) {
      return path.endsWith(".xz")
          ? new XZCompressorInputStream(in).readAllBytes()
          : in.readAllBytes();
    }
  }

  private static String nameOf(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    return file.replaceFirst("\\.ko(\\.xz)?$", "").replace('-', '_');
  }
}
