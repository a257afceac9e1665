package org.xenoserver.ops.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.config.ImagesFolder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder that holds images: one folder per image, made aside and moved into place when it is
 * complete, so that an image is there whole or not at all. Several processes may use it at once.
 */
public final class ImageStore {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");
  private static final String WORK = ".work-";
  private static final String DESCRIPTION = "image.json";

  private final Path folder;
  private final JsonMapper json =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Uses a folder, made when the first image comes. */
  public ImageStore(Path folder) {
    this.folder = folder;
  }

  /** The user's store, where {@link ImagesFolder} says. */
  public static ImageStore ofUser(Map<String, String> environment) {
    return new ImageStore(ImagesFolder.ofUser(environment));
  }

  /** Where the images are. */
  public Path folder() {
    return folder;
  }

  /** All images, by name. */
  public List<Image> list() throws ImageException {
    List<Path> candidates;
    try (Stream<Path> entries = Files.list(folder)) {
      candidates = entries.filter(ImageStore::isImage).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw failure("read", folder, e);
    }
    List<Image> images = new ArrayList<>();
    for (Path candidate : candidates) {
      images.add(read(candidate));
    }
    return List.copyOf(images);
  }

  /** An image by its name, if it is there. */
  public Optional<Image> find(String name) throws ImageException {
    Path candidate = folder.resolve(checked(name));
    return isImage(candidate) ? Optional.of(read(candidate)) : Optional.empty();
  }

  /**
   * Forgets an image.
   *
   * @throws ImageException if there is none of that name
   */
  public void remove(String name) throws ImageException {
    Path image = folder.resolve(checked(name));
    try (FileChannel lock = lock()) {
      if (!Files.isDirectory(image)) {
        throw new ImageException("there is no image '" + name + "' in " + folder);
      }
      Path grave = Files.createTempDirectory(folder, WORK);
      Files.move(image, grave.resolve(name));
      delete(grave);
    } catch (IOException e) {
      throw failure("remove", image, e);
    }
  }

  /**
   * Runs the maker with an empty folder, in which it leaves {@code kernel} and perhaps {@code
   * initrd}, then puts the image in place of any of the same name. If the maker fails, nothing
   * changes. One maker runs at a time.
   *
   * @param unlessFresh asked, once it is our turn, whether an image of that name will do as it is;
   *     null to replace whatever is there
   */
  Image replace(String name, @Nullable Freshness unlessFresh, Maker maker) throws ImageException {
    Path place = folder.resolve(checked(name));
    try {
      Files.createDirectories(folder);
      try (FileChannel lock = lock()) {
        if (unlessFresh != null && isImage(place)) {
          Image present = read(place);
          if (unlessFresh.isFresh(present)) {
            return present;
          }
        }
        deleteAbandoned();
        Path work = Files.createTempDirectory(folder, WORK);
        try {
          Path made = Files.createDirectory(work.resolve("made"));
          Image.Description description = maker.make(made);
          json.writeValue(made.resolve(DESCRIPTION).toFile(), description);
          if (Files.exists(place)) {
            Files.move(place, work.resolve("replaced"));
          }
          Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
          return new Image(place, description);
        } finally {
          delete(work);
        }
      }
    } catch (IOException e) {
      throw failure("write", place, e);
    }
  }

  /** Copies a stream to a file and describes what was written. */
  static Image.Content write(InputStream from, Path to) throws IOException {
    MessageDigest digest = sha256();
    try (OutputStream out =
        new DigestOutputStream(
            Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            digest)) {
      long bytes = from.transferTo(out);
      return new Image.Content(bytes, HexFormat.of().formatHex(digest.digest()));
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static void delete(Path tree) throws IOException {
    try (Stream<Path> entries = Files.walk(tree)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Image read(Path image) throws ImageException {
    Path file = image.resolve(DESCRIPTION);
    try {
      return new Image(image, json.readValue(file.toFile(), Image.Description.class));
    } catch (JacksonException e) {
      throw new ImageException(
          "the image in "
              + image
              + " is damaged ("
              + DESCRIPTION
              + " cannot be read); remove that folder",
          e);
    }
  }

  private static boolean isImage(Path candidate) {
    return NAME.matcher(candidate.getFileName().toString()).matches()
        && Files.isRegularFile(candidate.resolve(DESCRIPTION));
  }

  private static String checked(String name) throws ImageException {
    if (!NAME.matcher(name).matches()) {
      throw new ImageException(
          "'"
              + name
              + "' is not an image name; it must be 1 to 63 letters, digits, '.', '_' or '-' and"
              + " begin with a letter or digit");
    }
    return name;
  }

  /** What a killed process left behind; we hold the lock, so nobody is using it. */
  private void deleteAbandoned() throws IOException {
    List<Path> abandoned;
    try (Stream<Path> entries = Files.list(folder)) {
      abandoned = entries.filter(e -> e.getFileName().toString().startsWith(WORK)).toList();
    }
    for (Path work : abandoned) {
      delete(work);
    }
  }

  /** Holds the store until closed; waits for its turn. */
  private FileChannel lock() throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      var unused = channel.lock();
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  static ImageException failure(String verb, Path path, IOException e) {
    String why =
        switch (e) {
          case java.nio.file.AccessDeniedException denied -> "permission denied";
          case NoSuchFileException missing -> "no such file: " + missing.getFile();
          case FileAlreadyExistsException present -> "already there: " + present.getFile();
          case DirectoryNotEmptyException full -> "folder not empty: " + full.getFile();
          default -> String.valueOf(e.getMessage());
        };
    return new ImageException("cannot " + verb + " " + path + ": " + why, e);
  }

  /** Decides whether an image may stay. */
  @FunctionalInterface
  interface Freshness {
    boolean isFresh(Image present);
  }

  /** Fills the folder of a new image. */
  @FunctionalInterface
  interface Maker {
    Image.Description make(Path folder) throws IOException, ImageException;
  }
}
