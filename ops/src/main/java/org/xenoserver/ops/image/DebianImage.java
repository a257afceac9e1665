package org.xenoserver.ops.image;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The image "debian": Debian's own riscv64 kernel as it is, and an initial RAM disk of its modules
 * for virtio devices and the usual file systems, BusyBox, and our init.
 */
public final class DebianImage {
  /** What the image is called in the store. */
  public static final String NAME = "debian";

  private static final String ARCHITECTURE = "riscv64";
  private static final String SUITE = "trixie";
  private static final String META_PACKAGE = "linux-image-riscv64";

  /** What virtio-mmio guests need, and what a root disk may be written in. */
  private static final List<String> MODULES =
      List.of("virtio_mmio", "virtio_blk", "virtio_rng", "ext4", "squashfs", "erofs", "overlay");

  private static final List<String> FOLDERS =
      List.of(
          "bin",
          "sbin",
          "usr",
          "usr/bin",
          "usr/sbin",
          "dev",
          "proc",
          "sys",
          "sysroot",
          "run",
          "etc",
          "lib",
          "lib/modules");

  private final ImageStore store;
  private final Clock clock;
  private final Progress progress;

  /** Makes the image in a store. */
  public DebianImage(ImageStore store, Clock clock, Progress progress) {
    this.store = store;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * The image, fetched if the store has none. One made by an older version of this program is made
   * anew, and kept if that fails.
   *
   * @param refresh whether to fetch it even if it is there
   */
  public Image fetch(boolean refresh) throws ImageException {
    String recipe = recipe();
    Optional<Image> present = refresh ? Optional.empty() : store.find(NAME);
    if (present.isPresent() && isFresh(present.get(), recipe)) {
      return present.get();
    }
    try {
      return store.replace(
          NAME, refresh ? null : image -> isFresh(image, recipe), folder -> make(folder, recipe));
    } catch (ImageException e) {
      if (present.isPresent()) {
        progress.step("keeping the image made by an earlier version: " + e.getMessage());
        return present.get();
      }
      throw e;
    } finally {
      progress.close();
    }
  }

  /** An imported image has no recipe and is its owner's business. */
  private static boolean isFresh(Image image, String recipe) {
    String made = image.description().recipe();
    return made == null || made.equals(recipe);
  }

  private Image.Description make(Path folder, String recipe) throws IOException, ImageException {
    Path work = Files.createTempDirectory(folder.getParent(), "apt-");
    Apt apt = new Apt(work, ARCHITECTURE, SUITE, progress);
    apt.update();
    String kernelName =
        apt.find(META_PACKAGE).depends().stream()
            .filter(name -> name.startsWith("linux-image-"))
            .findFirst()
            .orElseThrow(() -> new ImageException(META_PACKAGE + " names no kernel package"));
    List<Apt.Package> packages = List.of(apt.find(kernelName), apt.find("busybox-static"));
    List<Path> files = apt.download(packages);

    progress.begin("unpacking " + kernelName);
    KernelFiles kernel = new KernelFiles(work.resolve("modules"));
    DebPackage.visit(files.get(0), kernel::take, progress);
    progress.close();
    ByteHolder busybox = new ByteHolder();
    DebPackage.visit(files.get(1), busybox::take, progress);

    progress.step("making the initial RAM disk");
    Path initrd = work.resolve("initrd");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(initrd), 1 << 16)) {
      writeInitrd(out, kernel.modules().select(MODULES), busybox.content());
    }
    try (InputStream in = Files.newInputStream(initrd)) {
      return new Image.Description(
          NAME,
          ARCHITECTURE,
          clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
          recipe,
          ImageStore.write(new ByteArrayInputStream(kernel.image()), folder.resolve("kernel")),
          ImageStore.write(in, folder.resolve("initrd")),
          packages.stream()
              .map(from -> new Image.Source(from.name(), from.version(), from.sha256()))
              .toList());
    }
  }

  static void writeInitrd(OutputStream out, KernelModules.Selection modules, byte[] busybox)
      throws IOException, ImageException {
    try (Initramfs disk = new Initramfs(out)) {
      for (String folder : FOLDERS) {
        disk.folder(folder, 0755);
      }
      disk.folder("root", 0700);
      disk.folder("tmp", 01777);
      disk.device("dev/console", 0600, 5, 1);
      disk.device("dev/null", 0666, 1, 3);
      disk.file("init", 0755, init());
      disk.file("bin/busybox", 0755, busybox);
      for (String applet : BusyBox.applets(busybox)) {
        if (!applet.equals("busybox")) {
          disk.link("bin/" + applet, "busybox");
        }
      }
      // The kernel itself calls this one when a file system or a cipher is asked for.
      disk.link("sbin/modprobe", "../bin/busybox");
      disk.file("etc/passwd", 0644, bytes("root:x:0:0:root:/root:/bin/sh\n"));
      disk.file("etc/group", 0644, bytes("root:x:0:\n"));
      String folder = "lib/modules/" + modules.release();
      disk.folder(folder, 0755);
      for (KernelModules.Module module : modules.modules()) {
        disk.file(folder + "/" + module.file(), 0644, module.content());
      }
      disk.file(folder + "/modules.dep", 0644, bytes(modules.dependencies()));
      disk.file(folder + "/modules.alias", 0644, bytes(modules.aliases()));
    }
  }

  /** Identifies everything that decides what is made of the packages. */
  private static String recipe() {
    var digest = ImageStore.sha256();
    digest.update(bytes(SUITE + MODULES + FOLDERS));
    digest.update(init());
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static byte[] init() {
    try (InputStream in = DebianImage.class.getResourceAsStream("init")) {
      if (in == null) {
        throw new IllegalStateException("the resource init is missing from this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("the resource init cannot be read from this build", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Keeps the program busybox of its package. */
  private static final class ByteHolder {
    private byte[] content = {};

    void take(String path, InputStream in) throws IOException {
      if (path.endsWith("bin/busybox")) {
        content = in.readAllBytes();
      }
    }

    byte[] content() throws ImageException {
      if (content.length == 0) {
        throw new ImageException("the package busybox-static holds no bin/busybox");
      }
      return content;
    }
  }

  /** Keeps the kernel of its package in memory, and the modules in a folder. */
  private static final class KernelFiles {
    private static final String MODULES_FOLDER = "lib/modules/";

    private final Path folder;
    private byte[] image = {};
    private String release = "";
    private List<String> builtIn = List.of();

    KernelFiles(Path folder) {
      this.folder = folder;
    }

    void take(String path, InputStream in) throws IOException {
      if (path.startsWith("boot/vmlinu")) {
        image = in.readAllBytes();
        return;
      }
      int start = path.indexOf(MODULES_FOLDER);
      if (start < 0) {
        return;
      }
      String[] parts = path.substring(start + MODULES_FOLDER.length()).split("/", 2);
      if (parts.length < 2) {
        return;
      }
      release = parts[0];
      if (parts[1].equals("modules.builtin")) {
        builtIn =
            Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1))
                .filter(line -> !line.isBlank())
                .toList();
      } else if (parts[1].startsWith("kernel/")) {
        Path target = folder.resolve(parts[1]).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("the package leaves its folder: " + path);
        }
        Files.createDirectories(target.getParent());
        Files.copy(in, target);
      }
    }

    byte[] image() throws ImageException {
      if (image.length == 0) {
        throw new ImageException("the kernel's package holds no boot/vmlinu*");
      }
      return image;
    }

    KernelModules modules() throws IOException {
      return new KernelModules(folder, release, builtIn);
    }
  }
}
