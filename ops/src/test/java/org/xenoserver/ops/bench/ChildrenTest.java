package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildrenTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private Children children() throws Exception {
    return new Children(Files.createDirectory(folder.resolve("files")));
  }

  private static long pid(Child child) throws Exception {
    return Long.parseLong(
        child.await(Pattern.compile("pid (\\d+)\n"), "its number", PATIENCE).group(1));
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void shouldTalkWithAProcessInTurn() throws Exception {
    try (Children children = children();
        Child child =
            children.start(
                "cat", List.of("sh", "-c", "echo $GREETING; exec cat"), Map.of("GREETING", "hi"))) {
      child.await(Pattern.compile("hi\n"), "a greeting", PATIENCE);
      child.type("one\none\n");
      child.await(Pattern.compile("one\n"), "the first", PATIENCE);
      child.await(Pattern.compile("one\n"), "the second", PATIENCE);

      assertThatThrownBy(
              () -> child.await(Pattern.compile("one\n"), "a third", Duration.ofMillis(20)))
          .hasMessage("cat did not come to a third within 0 s; it last said 'one'");
    }
  }

  @Test
  void shouldEndAProcessThatIsNotNeededAnyMore() throws Exception {
    try (Children children = children()) {
      long pid;
      try (Child child = children.start("sleeper", sleeper())) {
        pid = pid(child);
        assertThat(isAlive(pid)).isTrue();
      }
      assertThat(isAlive(pid)).isFalse();
    }
  }

  @Test
  void shouldLeaveNothingBehind() throws Exception {
    Path files;
    long pid;
    try (Children children = children()) {
      files = folder.resolve("files");
      Files.writeString(files.resolve("kernel.elf"), "");
      pid = pid(children.start("sleeper", sleeper()));
    }
    await().atMost(PATIENCE).until(() -> !isAlive(pid));
    assertThat(files).doesNotExist();
  }

  @Test
  void shouldSayHowAProcessEnded() throws Exception {
    try (Children children = children();
        Child child = children.start("failing", List.of("sh", "-c", "echo no disk; exit 4"))) {
      assertThatThrownBy(() -> child.awaitEnd(PATIENCE))
          .hasMessage("failing ended with status 4; it last said 'no disk'");
      assertThatThrownBy(() -> children.start("missing", List.of("/nowhere/emulator")))
          .hasMessageContaining("/nowhere/emulator cannot be started");
    }
  }

  private static List<String> sleeper() {
    return List.of("sh", "-c", "echo pid $$; exec sleep 600");
  }
}
