package org.xenoserver.ops.xenctl;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;

/**
 * What the caller's shell gave us.
 *
 * @param out UTF-8, buffered
 * @param terminals opens the terminal behind {@code in}, if there is one
 */
record Shell(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    InstantSource clock,
    RawTerminal.Source terminals) {

  /** This process's own. */
  static Shell ofThisProcess() {
    return new Shell(
        System.in,
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        InstantSource.system(),
        () -> SystemTerminal.open());
  }
}
