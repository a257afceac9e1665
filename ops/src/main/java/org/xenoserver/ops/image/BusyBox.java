package org.xenoserver.ops.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The names a BusyBox program answers to, read from the program without running it. */
final class BusyBox {
  /** The table of names is sorted, so it begins with these two, each ended by a zero byte. */
  private static final byte[] TABLE = "[\0[[\0".getBytes(StandardCharsets.US_ASCII);

  private static final Pattern APPLET = Pattern.compile("[a-z0-9_\\[-]{1,32}");

  private BusyBox() {}

  /**
   * Lists the applets.
   *
   * @throws ImageException if the program has no table of names, or one without a shell
   */
  static List<String> applets(byte[] program) throws ImageException {
    for (int start = 0; start + TABLE.length <= program.length; start++) {
      if (matches(program, start)) {
        List<String> names = namesAt(program, start);
        if (names.contains("sh") && names.contains("mount")) {
          return names;
        }
      }
    }
    throw new ImageException("the program busybox has no table of applets with sh and mount");
  }

  private static boolean matches(byte[] program, int start) {
    for (int i = 0; i < TABLE.length; i++) {
      if (program[start + i] != TABLE[i]) {
        return false;
      }
    }
    return true;
  }

  private static List<String> namesAt(byte[] program, int start) {
    List<String> names = new ArrayList<>();
    int from = start;
    for (int i = start; i < program.length; i++) {
      if (program[i] == 0) {
        String name = new String(program, from, i - from, StandardCharsets.ISO_8859_1);
        if (!APPLET.matcher(name).matches()) {
          break;
        }
        names.add(name);
        from = i + 1;
      }
    }
    return names;
  }
}
