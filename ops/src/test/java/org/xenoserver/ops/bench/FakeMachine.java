package org.xenoserver.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Scripts that behave as an emulator with a machine in it. */
final class FakeMachine {
  private FakeMachine() {}

  /** A program of a shell script's lines. */
  static Path program(Path folder, String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Ours, whose rounds take a number of milliseconds and end in a checksum. */
  static XenoServer xeno(Path folder, int ms, String checksum) throws IOException {
    // The last argument is the file of --stats.
    String stats =
        "for f; do :; done; echo '{\"wall_ns\": 5, \"translator\": {\"n\": 7}}' >\"$f\"\n";
    return new XenoServer(program(folder, "xeno", stats + rounds(ms, checksum)), null);
  }

  /** The peer. */
  static Qemu qemu(Path folder, int ms, String checksum) throws IOException {
    return new Qemu(program(folder, "qemu", rounds(ms, checksum)), "fake");
  }

  private static String rounds(int ms, String checksum) {
    return """
    echo kernel of mine
    echo round 0 %d0000 %s 9000000
    echo round 1 %d0000 %s 9000000
    echo done
    """
        .formatted(ms * 3, checksum, ms, checksum);
  }
}
