package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.ops.bench.KernelOutput.Round;

final class KernelOutputTest {
  @Test
  void shouldReadRoundsBehindWhatFirmwareSays() throws BenchException {
    String output =
        "\r\nOpenSBI v1.1\r\nround trip\r\nkernel sort\r\n"
            + "round 0 1455000 eb4188 400\r\nround 1 1450005 eb4188 18446744073709551615\r\ndone\r\n";

    assertThat(KernelOutput.END.matcher(output).find()).isTrue();
    assertThat(KernelOutput.parse(output, 2))
        .isEqualTo(List.of(new Round(145.5, "eb4188", 400), new Round(145.0005, "eb4188", -1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          round 0 10 a 1;round 1 10 b 1;done                  | different results: a b
          round 0 10 a 1;done                                 | 1 rounds instead of 2
          round 0 10 a 1;round 2 10 a 1;done                  | round 1 is missing
          round 0 0 a 1;round 1 10 a 1;done                   | round 0 took no time
          round 0 10 a 1;panic: trap, scause 0xd, sepc 0x0    | trap, scause 0xd
          """)
  void shouldSayWhatIsWrong(String output, String sentence) {
    assertThatThrownBy(() -> KernelOutput.parse(output.replace(";", "\n") + "\n", 2))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining(sentence);
  }
}
