package org.xenoserver.hostagent.domains;

import java.nio.file.Files;
import java.nio.file.Path;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;

/**
 * The images on this host: each is a folder of the store, named as the image, with the files {@code
 * kernel} and, if it has one, {@code initrd}.
 */
public final class Images {
  private static final String PREFIX = "image:";

  private final Path directory;

  /** A store that may not exist yet; an image is looked for when it is asked for. */
  public Images(Path directory) {
    this.directory = directory;
  }

  /**
   * The file a specification means by an absolute path or {@code image:NAME}.
   *
   * @param field the specification's field, for errors
   * @param file {@code kernel} or {@code initrd}
   * @throws RpcFailure if it is neither, or there is no such image
   */
  Path resolve(String field, String text, String file) {
    if (!text.startsWith(PREFIX)) {
      return absolute(field, text);
    }
    String name = text.substring(PREFIX.length());
    if (!Names.isName(name)) {
      throw RpcFailure.invalid(
          "spec." + field, field + " names image '" + name + "'; a name is " + Names.RULE);
    }
    Path found = directory.resolve(name).resolve(file);
    if (!Files.isRegularFile(found)) {
      throw RpcFailure.of(
          ErrorCode.NOT_FOUND,
          field
              + " '"
              + text
              + "': this host has no file "
              + found
              + "; fetch or import the image first");
    }
    return found;
  }

  /** A path that must be absolute, since a client's working folder means nothing to a host. */
  static Path absolute(String field, String text) {
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      throw RpcFailure.invalid(
          "spec." + field, field + " is '" + text + "'; it must be an absolute path on the host");
    }
    return Path.of(text);
  }
}
