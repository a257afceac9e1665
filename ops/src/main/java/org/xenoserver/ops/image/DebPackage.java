package org.xenoserver.ops.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.io.input.BoundedInputStream;

/** A Debian package, deb(5): an ar archive whose member data.tar holds the files. */
final class DebPackage {
  private DebPackage() {}

  /** Receives the regular files of a package. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Called for each file, in the package's order.
     *
     * @param path without a leading slash or dot
     * @param content valid only during the call; need not be read
     */
    void file(String path, InputStream content) throws IOException;
  }

  /** Shows every regular file of a package, and how far it is. */
  static void visit(Path deb, Visitor visitor, Progress progress)
      throws IOException, ImageException {
    long total = Files.size(deb);
    try (var counted =
            BoundedInputStream.builder().setInputStream(Files.newInputStream(deb)).get();
        var ar = new ArArchiveInputStream(new BufferedInputStream(counted, 1 << 16))) {
      for (ArArchiveEntry member = ar.getNextEntry(); member != null; member = ar.getNextEntry()) {
        if (member.getName().startsWith("data.tar")) {
          try (var tar = new TarArchiveInputStream(decompressed(deb, member.getName(), ar))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                entry != null;
                entry = tar.getNextEntry()) {
              if (entry.isFile()) {
                visitor.file(entry.getName().replaceFirst("^\\./", ""), tar);
              }
              progress.done(counted.getCount(), total);
            }
          }
          return;
        }
      }
    }
    throw new ImageException(deb.getFileName() + " holds no data.tar");
  }

  private static InputStream decompressed(Path deb, String member, InputStream in)
      throws IOException, ImageException {
    return switch (member) {
      case "data.tar" -> in;
      case "data.tar.gz" -> new GzipCompressorInputStream(in);
      case "data.tar.xz" -> new XZCompressorInputStream(in);
      default ->
          throw new ImageException(
              deb.getFileName()
                  + " holds "
                  + member
                  + "; only data.tar, data.tar.gz and data.tar.xz can be read");
    };
  }
}
