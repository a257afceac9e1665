package org.xenoserver.ops.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * An initial RAM disk as the kernel unpacks it: a cpio archive in the "new ASCII" format
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Everything belongs to root and
 * dates from the epoch, so that the same content makes the same archive. It is left uncompressed:
 * the guest would pay for the decompression at every boot.
 */
final class Initramfs implements AutoCloseable {
  private final CpioArchiveOutputStream archive;
  private long inode;

  Initramfs(OutputStream out) {
    archive = new CpioArchiveOutputStream(out, CpioConstants.FORMAT_NEW);
  }

  /** Adds a folder; its parents must have been added before. */
  void folder(String path, int permissions) throws IOException {
    CpioArchiveEntry entry = entry(path, CpioConstants.C_ISDIR | permissions, 0);
    entry.setNumberOfLinks(2);
    add(entry, new byte[0]);
  }

  /** Adds a regular file. */
  void file(String path, int permissions, byte[] content) throws IOException {
    add(entry(path, CpioConstants.C_ISREG | permissions, content.length), content);
  }

  /** Adds a symbolic link. */
  void link(String path, String target) throws IOException {
    byte[] content = target.getBytes(StandardCharsets.UTF_8);
    add(entry(path, CpioConstants.C_ISLNK | 0777, content.length), content);
  }

  /** Adds a character device. */
  void device(String path, int permissions, int major, int minor) throws IOException {
    CpioArchiveEntry entry = entry(path, CpioConstants.C_ISCHR | permissions, 0);
    entry.setRemoteDeviceMaj(major);
    entry.setRemoteDeviceMin(minor);
    add(entry, new byte[0]);
  }

  private CpioArchiveEntry entry(String path, long mode, long size) {
    CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, path, size);
    entry.setMode(mode);
    entry.setInode(++inode);
    return entry;
  }

  private void add(CpioArchiveEntry entry, byte[] content) throws IOException {
    archive.putArchiveEntry(entry);
    archive.write(content);
    archive.closeArchiveEntry();
  }

  /** Ends the archive and closes the stream. */
  @Override
  public void close() throws IOException {
    archive.close();
  }
}
