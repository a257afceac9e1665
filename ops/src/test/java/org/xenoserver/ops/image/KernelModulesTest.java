package org.xenoserver.ops.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

final class KernelModulesTest {
  @TempDir private Path folder;

  @BeforeEach
  void addModules() throws IOException {
    add("kernel/drivers/virtio-rng.ko.xz", "alias=virtio:d00000004v*", "depends=");
    add(
        "kernel/fs/ext4.ko.xz",
        "softdep=pre: crypto-crc32c",
        "depends=jbd2,crc16",
        "alias=fs-ext4");
    add("kernel/fs/jbd2.ko", "depends=", "softdep=pre: crypto-crc32c post: other");
    add("kernel/lib/crc16.ko", "depends=core-lib");
    add("kernel/crypto/crc32c_generic.ko.xz", "alias=crypto-crc32c", "depends=");
    add("kernel/fs/lost.ko", "depends=gone");
  }

  @Test
  void shouldPutEachModuleAfterWhatItNeeds() throws Exception {
    KernelModules.Selection selection = modules().select(List.of("ext4", "virtio_rng"));

    assertThat(selection.modules())
        .extracting(KernelModules.Module::name)
        .containsExactly("crc32c_generic", "jbd2", "crc16", "ext4", "virtio_rng");
    assertThat(selection.dependencies())
        .isEqualTo(
            """
            crc32c_generic.ko:
            jbd2.ko: crc32c_generic.ko
            crc16.ko:
            ext4.ko: crc16.ko jbd2.ko crc32c_generic.ko
            virtio_rng.ko:
            """);
    assertThat(selection.aliases())
        .isEqualTo(
            """
            alias crypto-crc32c crc32c_generic
            alias fs-ext4 ext4
            alias virtio:d00000004v* virtio_rng
            """);
  }

  @Test
  void shouldUnpackModules() throws Exception {
    KernelModules.Selection selection = modules().select(List.of("virtio_rng"));

    assertThat(selection.modules().getFirst().content())
        .isEqualTo(ModuleFiles.module("alias=virtio:d00000004v*", "depends="));
  }

  @Test
  void shouldNameAModuleThatIsMissingAndWhoNeedsIt() {
    assertThatThrownBy(() -> modules().select(List.of("lost")))
        .isInstanceOf(ImageException.class)
        .hasMessage("kernel 6.12 has no module gone (needed by lost < gone)");
  }

  @Test
  void shouldRefuseFilesThatAreNoModules() {
    assertThatThrownBy(() -> ModuleInfo.parse(new byte[10])).isInstanceOf(IOException.class);
    byte[] cut = ModuleFiles.module("depends=");
    assertThatThrownBy(() -> ModuleInfo.parse(Arrays.copyOf(cut, cut.length - 100)))
        .isInstanceOf(IOException.class)
        .hasMessage("a damaged ELF file");
  }

  private KernelModules modules() throws IOException {
    return new KernelModules(folder, "6.12", List.of("kernel/lib/core-lib.ko"));
  }

  private void add(String path, String... lines) throws IOException {
    byte[] module = ModuleFiles.module(lines);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    if (path.endsWith(".xz")) {
      try (var xz = new XZOutputStream(file, new LZMA2Options(0))) {
        xz.write(module);
      }
    } else {
      file.write(module);
    }
    Files.createDirectories(folder.resolve(path).getParent());
    Files.write(folder.resolve(path), file.toByteArray());
  }
}
