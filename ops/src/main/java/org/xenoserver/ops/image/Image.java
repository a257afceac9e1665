package org.xenoserver.ops.image;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image in the store.
 *
 * @param folder holds the files {@code kernel}, {@code initrd} and {@code image.json}
 */
public record Image(Path folder, Description description) {
  /** The name it is asked for by. */
  public String name() {
    return description.name();
  }

  /** The kernel's file. */
  public Path kernel() {
    return folder.resolve("kernel");
  }

  /** The initial RAM disk's file, or null if the image has none. */
  public @Nullable Path initrd() {
    return description.initrd() == null ? null : folder.resolve("initrd");
  }

  /**
   * What {@code image.json} says.
   *
   * @param created when it was made, RFC 3339 in UTC
   * @param recipe identifies how we made it from its sources, so that a newer recipe is noticed;
   *     null for an imported image
   * @param sources the packages it was made of, empty for an imported image
   */
  public record Description(
      String name,
      String architecture,
      String created,
      @Nullable String recipe,
      Content kernel,
      @Nullable Content initrd,
      List<Source> sources) {
    /** Copies the list, so that a description never changes. */
    public Description {
      sources = List.copyOf(sources);
    }
  }

  /**
   * A file of an image.
   *
   * @param sha256 lower-case hexadecimal
   */
  public record Content(long bytes, String sha256) {}

  /**
   * A package an image was made of.
   *
   * @param sha256 of the package file, lower-case hexadecimal
   */
  public record Source(String packageName, String version, String sha256) {}
}
