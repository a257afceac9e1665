package org.xenoserver.proto.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigFileTest {
  enum Engine {
    SOFTWARE,
    KVM
  }

  record Limits(@Default("8") int domains, @Default("64M") DataSize memory) {}

  record Settings(
      String name,
      Endpoint listen,
      @Nullable Path images,
      @Default("5s") Duration leaseTimeout,
      @Nullable DataSize memory,
      @Nullable Integer processors,
      @Default("software") Engine engine,
      @Nullable Limits limits,
      List<String> tags) {
    Settings {
      if (leaseTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException("leaseTimeout must be at least 1s");
      }
    }
  }

  private static Settings parse(String text) throws ConfigException {
    return ConfigFile.parse("agent.yaml", text, Settings.class);
  }

  @Test
  void shouldBindEveryTypeWithItsUnits() throws ConfigException {
    Settings settings =
        parse(
            """
            # a comment
            name: 42
            listen: "[::1]:7070"
            images: /var/lib/images
            leaseTimeout: 1500ms
            memory: 4G
            processors: 3
            engine: kvm
            limits:
              memory: 1T
            tags: [a, "b c"]
            """);
    assertThat(settings)
        .isEqualTo(
            new Settings(
                "42",
                new Endpoint("::1", 7070),
                Path.of("/var/lib/images"),
                Duration.ofMillis(1500),
                new DataSize(4L << 30),
                3,
                Engine.KVM,
                new Limits(8, new DataSize(1L << 40)),
                List.of("a", "b c")));
  }

  @Test
  void shouldTakeDefaultsForWhatIsNotGiven() throws ConfigException {
    Settings settings = parse("name: a\nlisten: localhost:0\nmemory:\n");
    assertThat(settings)
        .isEqualTo(
            new Settings(
                "a",
                new Endpoint("localhost", 0),
                null,
                Duration.ofSeconds(5),
                null,
                null,
                Engine.SOFTWARE,
                null,
                List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: a\\nlisten: h:1\\nhostt: x | agent.yaml:3:1: unknown key 'hostt'; allowed keys are name, listen, images, leaseTimeout, memory, processors, engine, limits, tags
          name: a | agent.yaml:1:1: missing key 'listen'; it must be an address host:port
          name: a\\nlisten: h:1\\nname: b | agent.yaml:3:1: key 'name' is given twice; allowed is once
          name: a\\nlisten: 7070 | agent.yaml:2:9: key 'listen': '7070' is not an address; it must be host:port with a port of 0 to 65535
          name: a\\nlisten: h:70700 | agent.yaml:2:9: key 'listen': 'h:70700' is not an address; it must be host:port with a port of 0 to 65535
          name: a\\nlisten: h:1\\nprocessors: two | agent.yaml:3:13: key 'processors' is 'two'; it must be a whole number from -2147483648 to 2147483647
          name: a\\nlisten: h:1\\nleaseTimeout: 5 | agent.yaml:3:15: key 'leaseTimeout': '5' is not a duration; it must be a whole number with ms, s, m or h, as in 500ms or 2s
          name: a\\nlisten: h:1\\nleaseTimeout: 10ms | agent.yaml:3:15: leaseTimeout must be at least 1s
          name: a\\nlisten: h:1\\nmemory: 4 gigs | agent.yaml:3:9: key 'memory': '4 gigs' is not a size; it must be a whole number with K, M, G or T, as in 512M
          name: a\\nlisten: h:1\\nengine: qemu | agent.yaml:3:9: key 'engine' is 'qemu'; it must be one of software, kvm
          name: a\\nlisten: h:1\\ntags: b | agent.yaml:3:7: key 'tags' is 'b'; it must be a list
          name: a\\nlisten: h:1\\nlimits:\\n  memry: 1G | agent.yaml:4:3: unknown key 'memry'; allowed keys are domains, memory
          name: [a]\\nlisten: h:1 | agent.yaml:1:7: key 'name' is a list; it must be a text
          name:\\nlisten: h:1 | agent.yaml:1:1: key 'name' has no value; it must be a text
          - a | agent.yaml:1:1: a list where lines of 'key: value' are expected
          """)
  void shouldRefuseWithOneSentenceThatSaysWhere(String text, String sentence) {
    assertThatThrownBy(() -> parse(text.replace("\\n", "\n")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(sentence);
  }

  @Test
  void shouldSayWhereTheFileIsNotYaml() {
    assertThatThrownBy(() -> parse("name: a\nlisten: \"h:1\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("agent.yaml:")
        .hasMessageContaining(": not valid YAML: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldNameAFileThatIsNotThere(@TempDir Path folder) {
    Path file = folder.resolve("none.yaml");
    assertThatThrownBy(() -> ConfigFile.load(file, Settings.class))
        .isInstanceOf(ConfigException.class)
        .hasMessage("cannot read configuration " + file + ": no such file");
  }

  @Test
  void shouldLoadFromAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("some.yaml");
    Files.writeString(file, "name: a\nlisten: b:1\n");
    assertThat(ConfigFile.load(file, Settings.class).listen()).hasToString("b:1");
  }

  @Test
  void shouldWriteSizesInTheirLargestUnit() {
    assertThat(new DataSize(0)).hasToString("0");
    assertThat(DataSize.parse("1536K")).hasToString("1536K");
    assertThat(DataSize.parse("1024 MiB")).hasToString("1G");
    assertThatThrownBy(() -> DataSize.parse("9999999999T"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
