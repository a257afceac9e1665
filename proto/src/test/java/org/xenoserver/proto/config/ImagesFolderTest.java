package org.xenoserver.proto.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImagesFolderTest {
  @Test
  void shouldFollowTheBaseDirectorySpecification() {
    assertThat(ImagesFolder.ofUser(Map.of("XDG_CACHE_HOME", "/c", "HOME", "/h")))
        .isEqualTo(Path.of("/c/xenoserver/images"));
    assertThat(ImagesFolder.ofUser(Map.of("XDG_CACHE_HOME", "relative", "HOME", "/h")))
        .isEqualTo(Path.of("/h/.cache/xenoserver/images"));
    assertThat(ImagesFolder.ofUser(Map.of("HOME", "/h")))
        .isEqualTo(Path.of("/h/.cache/xenoserver/images"));
  }
}
