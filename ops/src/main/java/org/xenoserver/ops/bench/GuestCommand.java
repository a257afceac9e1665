package org.xenoserver.ops.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What is run in Debian's shell. {@code /bench} is a file system in memory that holds, made of the
 * image's own programs so that it is the same everywhere, {@code data} (64 MiB), {@code text} (50
 * MiB in lines of sixteen words) and {@code tree} (2400 small files).
 */
enum GuestCommand {
  LOOP("", "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; echo $i"),
  SHA256SUM(
      """
      cat /bin/busybox /lib/modules/*/*.ko | head -c 8388608 >/bench/block
      cd /bench; cat block block block block block block block block >data; cd /
      """,
      "sha256sum /bench/data"),
  GZIP("", "gzip -c /bench/data >/bench/data.gz; wc -c </bench/data.gz"),
  SORT(
      """
      cd /bench; rm -f data data.gz; head -c 1294336 block | od -An -v -tx2 -w32 >text1
      cat text1 text1 text1 text1 >text4; cat text4 text4 text4 text4 >text; rm text1 text4; cd /
      """,
      "sort /bench/text >/bench/sorted; head -n 1 /bench/sorted; wc -l </bench/sorted"),
  AWK(
      "rm -f /bench/sorted",
      "awk '{n[substr($3, 1, 2)]++; l += length($0); if ($1 > $2) m++}"
          + " END {for (k in n) c++; print c, l, m, NR}' /bench/text"),
  FIND(
      """
      rm -f /bench/text; d=0; while [ $d -lt 60 ]; do mkdir -p /bench/tree/$d; f=0
      while [ $f -lt 40 ]; do echo "$d $f" >/bench/tree/$d/file$f; f=$((f + 1)); done
      d=$((d + 1)); done
      """,
      "find /bench/tree -type f -name '*3*' -size -2 | wc -l; find / -xdev -type l | wc -l"),
  TAR(
      "",
      "tar -cf /bench/tree.tar -C /bench tree; mkdir /bench/out;"
          + " tar -xf /bench/tree.tar -C /bench/out; find /bench/out -type f | wc -l"),
  BC("", "echo 'scale=500; 4*a(1)' | BC_LINE_LENGTH=0 bc -l | tail -c 40"),
  PROCESSES("", "i=0; while [ $i -lt 500 ]; do /bin/true; i=$((i + 1)); done; echo $i");

  private final String preparation;
  private final String script;

  GuestCommand(String preparation, String script) {
    this.preparation = preparation;
    this.script = script;
  }

  /** What it is called on the command line and in reports. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What must have run before, not timed; it relies on the preparations of those before it. */
  String preparation() {
    return preparation;
  }

  /** What is timed. */
  String script() {
    return script;
  }

  static Optional<GuestCommand> named(String title) {
    return Arrays.stream(values()).filter(command -> command.title().equals(title)).findFirst();
  }
}
