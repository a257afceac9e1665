package org.xenoserver.vmm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionValuesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "256M, 268435456",
    "256m, 268435456",
    "1G, 1073741824",
    "1GiB, 1073741824",
    "8K, 8192",
    "4096, 4096"
  })
  void shouldReadSizes(String text, long bytes) throws Exception {
    assertThat(OptionValues.memory(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "12Q", "-1M", "1.5G", "256 M"})
  void shouldRefuseWhatIsNoSize(String text) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> OptionValues.memory(text))
        .withMessage(
            "--memory '" + text + "' is not a size: give a number and K, M or G, such as 256M");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0M", "4097", "1K"})
  void shouldRefuseSizesThatAreNotWholePages(String text) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> OptionValues.memory(text))
        .withMessage("--memory " + text + " is not allowed: it must be a positive multiple of 4K");
  }

  @Test
  void shouldRefuseASizeThatNoNumberHolds() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> OptionValues.memory("99999999999G"))
        .withMessage("--memory 99999999999G is more than any host has");
  }

  @ParameterizedTest
  @CsvSource({"60s, PT60S", "60, PT60S", "500ms, PT0.5S", "5m, PT5M", "1h, PT1H"})
  void shouldReadDurations(String text, Duration duration) throws Exception {
    assertThat(OptionValues.timeout(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1d", "1.5s"})
  void shouldRefuseWhatIsNoDuration(String text) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> OptionValues.timeout(text))
        .withMessage(
            "--timeout '"
                + text
                + "' is not a duration: give a number and ms, s, m or h, such as 60s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "129", "-1", "two", "1.0", ""})
  void shouldRefuseHartCountsOutOfRange(String text) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> OptionValues.cpus(text))
        .withMessage("--cpus '" + text + "' is not a number from 1 to 128");
  }

  @Test
  void shouldReadDisksReadOnlyOrNotWhateverTheirNames() throws Exception {
    assertThat(OptionValues.disk("a.img").readOnly()).isFalse();
    assertThat(OptionValues.disk("a.img,readonly").readOnly()).isTrue();
    assertThat(OptionValues.disk("a.img,readonly").file()).isEqualTo(Path.of("a.img"));
    Path comma = Files.createFile(folder.resolve("a,b.img"));
    assertThat(OptionValues.disk(comma.toString()).file()).isEqualTo(comma);
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> OptionValues.disk("a.img,ro"))
        .withMessage(
            "--disk 'a.img,ro': no such file, and after a comma only 'readonly' is allowed");
  }
}
