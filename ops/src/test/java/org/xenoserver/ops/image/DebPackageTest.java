package org.xenoserver.ops.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

final class DebPackageTest {
  private final Progress silent = new Progress(new PrintStream(new ByteArrayOutputStream()));

  @TempDir private Path folder;

  @Test
  void shouldShowEveryFileOfTheDataArchiveAndNothingElse() throws Exception {
    Path deb = deb("data.tar.xz", "./usr/bin/busybox", "program", "./boot/vmlinux-6.12", "kernel");

    Map<String, String> seen = new LinkedHashMap<>();
    DebPackage.visit(
        deb,
        (path, in) -> seen.put(path, new String(in.readAllBytes(), StandardCharsets.UTF_8)),
        silent);

    assertThat(seen)
        .containsExactly(
            Map.entry("usr/bin/busybox", "program"), Map.entry("boot/vmlinux-6.12", "kernel"));
  }

  @Test
  void shouldNameACompressionItCannotRead() throws IOException {
    Path deb = deb("data.tar.zst", "./a", "b");

    assertThatThrownBy(() -> DebPackage.visit(deb, (path, in) -> {}, silent))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "test.deb holds data.tar.zst; only data.tar, data.tar.gz and data.tar.xz can be read");
  }

  private Path deb(String dataName, String... namesAndContents) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new XZOutputStream(data, new LZMA2Options(0)))) {
      tar.putArchiveEntry(new TarArchiveEntry("./usr/"));
      tar.closeArchiveEntry();
      for (int i = 0; i < namesAndContents.length; i += 2) {
        byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(namesAndContents[i]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    Path deb = folder.resolve("test.deb");
    try (var ar = new ArArchiveOutputStream(Files.newOutputStream(deb))) {
      byte[] version = "2.0\n".getBytes(StandardCharsets.US_ASCII);
      ar.putArchiveEntry(new ArArchiveEntry("debian-binary", version.length));
      ar.write(version);
      ar.closeArchiveEntry();
      ar.putArchiveEntry(new ArArchiveEntry(dataName, data.size()));
      ar.write(data.toByteArray());
      ar.closeArchiveEntry();
    }
    return deb;
  }
}
