package org.xenoserver.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.xenoserver.ops.domainxml.DomainXml;
import org.xenoserver.proto.v1.DomainSpec;

final class ExamplesTest {
  @Test
  void shouldBeValidDomainsThatBootTheImageOfTheirName() throws Exception {
    List<Path> files;
    try (Stream<Path> entries = Files.list(Path.of("examples"))) {
      files = entries.filter(file -> file.toString().endsWith(".xml")).sorted().toList();
    }

    assertThat(files).hasSizeGreaterThanOrEqualTo(3);
    for (Path file : files) {
      DomainSpec spec = DomainXml.parse(file.toString(), Files.readAllBytes(file));
      assertThat(spec.getKernel()).as(file.toString()).isEqualTo("image:debian");
      assertThat(spec.getCommandLine()).contains("hostname=" + spec.getName());
    }
  }
}
