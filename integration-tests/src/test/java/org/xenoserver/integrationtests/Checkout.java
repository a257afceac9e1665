package org.xenoserver.integrationtests;

import java.nio.file.Files;
import java.nio.file.Path;

/** The sources these tests were built from. */
final class Checkout {
  private static final Path ROOT = root();

  private Checkout() {}

  /** A file or folder by its path from the root. */
  static Path file(String path) {
    return ROOT.resolve(path);
  }

  private static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("integration-tests"))
          && Files.exists(folder.resolve("xeno"))) {
        return folder;
      }
    }
    throw new IllegalStateException("the tests do not run in a checkout of the sources");
  }
}
