package org.xenoserver.ops.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageStoreTest {
  @TempDir private Path folder;
  private ImageStore store = new ImageStore(Path.of("/nonexistent"));

  @BeforeEach
  void makeStore() {
    store = new ImageStore(folder.resolve("images"));
  }

  @Test
  void shouldGiveBackWhatWasPutIn() throws Exception {
    store.replace("debian", null, made("debian", "kernel 1"));

    Image image = store.find("debian").orElseThrow();
    assertThat(Files.readString(image.kernel())).isEqualTo("kernel 1");
    assertThat(image.initrd()).isNull();
    assertThat(image.description().kernel().bytes()).isEqualTo(8);
    assertThat(image.description().kernel().sha256())
        .isEqualTo("7633ff3bf7b49e3d613efe233691ef7d21136e0eff72bbc6938e11938e2fdde5");
    assertThat(store.list()).containsExactly(image);
  }

  @Test
  void shouldKeepTheOldImageWhenMakingTheNewOneFails() throws Exception {
    store.replace("debian", null, made("debian", "kernel 1"));

    assertThatThrownBy(() ->
            store.replace(
                "debian",
                null,
                target -> {
                  Files.writeString(target.resolve("kernel"), "half");
                  throw new ImageException("the download was interrupted");
                }))
        .hasMessage("the download was interrupted");

    assertThat(Files.readString(store.find("debian").orElseThrow().kernel())).isEqualTo("kernel 1");
    assertThat(visible()).containsExactly("debian");
  }

  @Test
  void shouldShowNoImageThatIsNotComplete() throws Exception {
    store.replace(
        "debian",
        null,
        target -> {
          assertThat(store.list()).isEmpty();
          assertThat(store.find("debian")).isEmpty();
          return made("debian", "kernel").make(target);
        });

    assertThat(store.list()).hasSize(1);
  }

  @Test
  void shouldReplaceAnImage() throws Exception {
    store.replace("debian", null, made("debian", "kernel 1"));
    store.replace("debian", null, made("debian", "kernel 2"));

    assertThat(Files.readString(store.find("debian").orElseThrow().kernel())).isEqualTo("kernel 2");
    assertThat(visible()).containsExactly("debian");
  }

  @Test
  void shouldNotMakeAnImageThatSomebodyElseMadeMeanwhile() throws Exception {
    store.replace("debian", null, made("debian", "kernel 1"));

    Image image = store.replace("debian", present -> true, made("debian", "kernel 2"));

    assertThat(Files.readString(image.kernel())).isEqualTo("kernel 1");
  }

  @Test
  void shouldClearAwayWhatAKilledProcessLeft() throws Exception {
    Files.createDirectories(folder.resolve("images/.work-1/apt"));
    Files.writeString(folder.resolve("images/.work-1/apt/half.deb"), "half");

    store.replace("debian", null, made("debian", "kernel"));

    assertThat(folder.resolve("images/.work-1")).doesNotExist();
  }

  @Test
  void shouldForgetARemovedImage() throws Exception {
    store.replace("debian", null, made("debian", "kernel"));

    store.remove("debian");

    assertThat(store.list()).isEmpty();
    assertThat(visible()).isEmpty();
    assertThatThrownBy(() -> store.remove("debian"))
        .hasMessageStartingWith("there is no image 'debian' in ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "../x", "a/b", ".lock", "-x", "a b"})
  void shouldRefuseNamesThatAreNoPlainFolder(String name) {
    assertThatThrownBy(() -> store.find(name))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("'" + name + "' is not an image name; it must be");
  }

  @Test
  void shouldTellWhichFolderIsDamaged() throws IOException {
    Path image = Files.createDirectories(folder.resolve("images/broken"));
    Files.writeString(image.resolve("image.json"), "{ \"name\": ");

    assertThatThrownBy(() -> store.find("broken"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(image.toString());
  }

  private List<String> visible() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("images"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .toList();
    }
  }

  private static ImageStore.Maker made(String name, String kernel) {
    return target ->
        new Image.Description(
            name,
            "riscv64",
            "2026-11-22T00:00:00Z",
            null,
            ImageStore.write(
                new ByteArrayInputStream(kernel.getBytes(StandardCharsets.UTF_8)),
                target.resolve("kernel")),
            null,
            List.of());
  }
}
