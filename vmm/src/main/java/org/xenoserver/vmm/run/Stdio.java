package org.xenoserver.vmm.run;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the guest's console and our messages go.
 *
 * @param in what is typed to the guest
 * @param out what the guest prints
 * @param err our messages
 * @param terminal whether {@code in} is this process's terminal
 */
record Stdio(InputStream in, OutputStream out, PrintStream err, boolean terminal) {
  /** This process's standard streams, unbuffered. */
  static Stdio ofProcess() {
    return new Stdio(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        System.err,
        inputIsTerminal());
  }

  /** Asked of the kernel's file names where there are any, which needs no native call. */
  private static boolean inputIsTerminal() {
    Path descriptor = Path.of("/proc/self/fd/0");
    if (!Files.isSymbolicLink(descriptor)) {
      return System.console() != null && System.console().isTerminal();
    }
    try {
      String name = Files.readSymbolicLink(descriptor).toString();
      return name.startsWith("/dev/pts/")
          || name.startsWith("/dev/tty")
          || name.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  void say(String sentence) {
    err.println("xeno run: " + sentence);
    err.flush();
  }
}
