package org.xenoserver.ops.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code xeno image}: the images domains boot from. */
@Command(
    name = "image",
    description = "Fetches, imports, lists and removes guest images.",
    subcommands = {
      ImageCommand.Fetch.class,
      ImageCommand.Import.class,
      ImageCommand.ListImages.class,
      ImageCommand.Remove.class
    })
public final class ImageCommand implements Callable<Integer> {
  private static ImageStore store() {
    return ImageStore.ofUser(System.getenv());
  }

  /** Refuses: one of the subcommands is needed. */
  @Override
  public Integer call() {
    System.err.println("xeno image: name one of fetch, import, list, remove");
    return 2;
  }

  @Command(name = "fetch", description = "Makes an image of Debian's packages.")
  static final class Fetch implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The image to fetch: debian.")
    private String name = "";

    @Option(names = "--refresh", description = "Fetch it even if it is there.")
    private boolean refresh;

    @Override
    public Integer call() throws ImageException {
      if (!name.equals(DebianImage.NAME)) {
        System.err.println(
            "xeno image fetch: there is no image '" + name + "' to fetch; only debian is known");
        return 2;
      }
      Image before = refresh ? null : store().find(name).orElse(null);
      Image image =
          new DebianImage(store(), Clock.systemUTC(), new Progress(System.err)).fetch(refresh);
      boolean same = before != null && before.description().equals(image.description());
      System.out.println(
          "image '%s' is %s: %s".formatted(name, same ? "up to date" : "ready", image.folder()));
      return 0;
    }
  }

  @Command(name = "import", description = "Takes in a kernel and an initial RAM disk.")
  static final class Import implements Callable<Integer> {
    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Option(
        names = "--kernel",
        required = true,
        paramLabel = "FILE",
        description = "An Image, an EFI-stub Image, a gzip of either, or an ELF.")
    private Path kernel = Path.of("");

    @Option(names = "--initrd", paramLabel = "FILE", description = "The initial RAM disk.")
    private @Nullable Path initrd;

    @Override
    public Integer call() throws ImageException {
      check("--kernel", kernel);
      if (initrd != null) {
        check("--initrd", initrd);
      }
      Image image = store().replace(name, null, this::copy);
      System.out.println("image '%s' is ready: %s".formatted(name, image.folder()));
      return 0;
    }

    private Image.Description copy(Path folder) throws IOException {
      try (InputStream in = Files.newInputStream(kernel)) {
        return new Image.Description(
            name,
            "riscv64",
            Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS).toString(),
            null,
            ImageStore.write(in, folder.resolve("kernel")),
            copyInitrd(folder),
            List.of());
      }
    }

    private Image.@Nullable Content copyInitrd(Path folder) throws IOException {
      Path from = initrd;
      if (from == null) {
        return null;
      }
      try (InputStream in = Files.newInputStream(from)) {
        return ImageStore.write(in, folder.resolve("initrd"));
      }
    }

    private static void check(String option, Path file) throws ImageException {
      if (!Files.isRegularFile(file) || !Files.isReadable(file) || file.toFile().length() == 0) {
        throw new ImageException(
            option + " " + file + " must be a file that can be read and is not empty");
      }
    }
  }

  @Command(name = "list", description = "Lists the images.")
  static final class ListImages implements Callable<Integer> {
    @Override
    public Integer call() throws ImageException {
      String row = "%-20s %-9s %9s %9s  %-20s  %s%n";
      System.out.printf(row, "NAME", "ARCH", "KERNEL", "INITRD", "CREATED", "SOURCES");
      for (Image image : store().list()) {
        Image.Description description = image.description();
        Image.Content initrd = description.initrd();
        System.out.printf(
            row,
            image.name(),
            description.architecture(),
            megabytes(description.kernel().bytes()),
            initrd == null ? "-" : megabytes(initrd.bytes()),
            description.created(),
            description.sources().isEmpty()
                ? "imported"
                : String.join(
                    ", ",
                    description.sources().stream()
                        .map(from -> from.packageName() + " " + from.version())
                        .toList()));
      }
      return 0;
    }

    private static String megabytes(long bytes) {
      return "%.1f MB".formatted(bytes / 1e6);
    }
  }

  @Command(name = "remove", description = "Removes an image.")
  static final class Remove implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The image to remove.")
    private String name = "";

    @Override
    public Integer call() throws ImageException {
      store().remove(name);
      System.out.println("image '" + name + "' is removed");
      return 0;
    }
  }
}
