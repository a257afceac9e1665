package org.xenoserver.integrationtests.faults;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The locks of the records beside shared disks: held by who is in the middle of a write to one. */
final class OwnerLocks {
  private OwnerLocks() {}

  /** Whether another process holds one in a folder now. */
  static boolean areHeld(Path folder) throws IOException {
    try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, "*.owner")) {
      for (Path record : records) {
        try (FileChannel channel = FileChannel.open(record, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock()) {
          if (lock == null) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
