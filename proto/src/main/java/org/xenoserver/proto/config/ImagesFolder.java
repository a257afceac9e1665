package org.xenoserver.proto.config;

import java.nio.file.Path;
import java.util.Map;

/** Where guest images are if nothing else is configured. */
public final class ImagesFolder {
  private ImagesFolder() {}

  /** {@code xenoserver/images} under XDG_CACHE_HOME, or under ~/.cache; it need not be there. */
  public static Path ofUser(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The base directory specification has relative paths ignored.
    Path base =
        cache.startsWith("/")
            ? Path.of(cache)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".cache");
    return base.resolve("xenoserver").resolve("images");
  }
}
