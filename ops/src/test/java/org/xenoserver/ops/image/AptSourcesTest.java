package org.xenoserver.ops.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AptSourcesTest {
  @Test
  void shouldReadOneLineEntriesWithOptionsAndComments() {
    List<AptSources.Source> sources =
        AptSources.parseOneLine(
            """
            # deb http://commented.example/debian bookworm main
            deb http://one.example/debian bookworm main contrib # trailing
            deb-src http://source.example/debian bookworm main
              deb [ arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg ] https://two.example/debian/ bookworm main
            deb http://without.suite.example
            """);

    assertThat(sources)
        .containsExactly(
            new AptSources.Source(
                "http://one.example/debian", "bookworm", List.of("main", "contrib"), ""),
            new AptSources.Source(
                "https://two.example/debian/",
                "bookworm",
                List.of("main"),
                "/usr/share/keyrings/debian-archive-keyring.gpg"));
  }

  @Test
  void shouldReadStanzasWithSeveralValuesContinuationsAndSwitchedOffOnes() {
    List<AptSources.Source> sources =
        AptSources.parseDeb822(
            """
            # http://commented.example
            Types: deb deb-src
            URIs: http://one.example/debian
              http://two.example/debian
            Suites: bookworm bookworm-updates
            Components: main
            signed-by: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            Enabled: no
            URIs: http://off.example/debian
            Suites: bookworm
            Components: main

            Types: deb-src
            URIs: http://source.example/debian
            Suites: bookworm
            Components: main\
            """);

    assertThat(sources)
        .extracting(source -> source.uri() + " " + source.suite())
        .containsExactly(
            "http://one.example/debian bookworm",
            "http://one.example/debian bookworm-updates",
            "http://two.example/debian bookworm",
            "http://two.example/debian bookworm-updates");
    assertThat(sources)
        .allMatch(
            source -> source.signedBy().equals("/usr/share/keyrings/debian-archive-keyring.gpg"));
  }

  @Test
  void shouldPreferTheArchiveOverOtherVendorsWhoUseItsSuiteNames(@TempDir Path etc)
      throws IOException {
    Path parts = Files.createDirectory(etc.resolve("sources.list.d"));
    Files.writeString(etc.resolve("sources.list"), "deb https://vendor.example/apt stable main\n");
    Files.writeString(
        parts.resolve("cloud.list"), "deb https://cloud.example/apt cloud-sdk-bookworm main\n");
    Files.writeString(
        parts.resolve("docker.list"), "deb https://docker.example/linux/debian bookworm stable\n");
    Files.writeString(
        parts.resolve("debian.sources"),
        """
        Types: deb
        URIs: http://security.example/debian-security
        Suites: bookworm-security
        Components: main

        Types: deb
        URIs: http://mirror.example/debian
        Suites: bookworm bookworm-updates
        Components: main
        """);
    Files.writeString(parts.resolve("ignored.list.save"), "deb http://saved.example x main\n");

    List<AptSources.Source> sources = AptSources.read(etc.resolve("sources.list"), parts);

    assertThat(AptSources.debianMirrors(sources))
        .containsExactly("http://mirror.example/debian", "https://vendor.example/apt");
  }

  @Test
  void shouldFindNoMirrorWhereNothingIsConfigured(@TempDir Path etc) throws IOException {
    assertThat(AptSources.read(etc.resolve("sources.list"), etc.resolve("sources.list.d")))
        .isEmpty();
  }

  @Test
  void shouldReadTheFirstRecordOfAPackage() {
    assertThat(
            Apt.parse(
                """
                Package: linux-image-riscv64
                Version: 6.12.107-1
                Depends: linux-image-6.12 (= 6.12.107-1), kmod | other:any
                Description: Linux
                 Depends: not a field
                Size: 1436
                SHA256: 1b458c

                Package: linux-image-riscv64
                Version: 6.12.1-1
                SHA256: 000000
                """))
        .contains(
            new Apt.Package(
                "linux-image-riscv64",
                "6.12.107-1",
                List.of("linux-image-6.12", "kmod"),
                1436,
                "1b458c"));
    assertThat(Apt.parse("N: Unable to locate package x\n")).isEmpty();
  }
}
