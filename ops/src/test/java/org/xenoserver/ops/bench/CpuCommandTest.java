package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.vmm.run.OneSentenceErrors;
import picocli.CommandLine;

final class CpuCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --kernels sort,bogus   | 'bogus' is not known; there are coremark, sort, chase-256k
          --commands make        | 'make' is not known; there are loop, sha256sum
          --rounds 1             | --rounds 1 is not allowed: it must be 2 to 1000
          --runs 0               | --runs 0 is not allowed: it must be 1 to 100
          --harts 17             | --harts 17 is not allowed: it must be 1 to 16
          --harts some           | some
          --only disks           | disks
          --translate sometimes  | sometimes
          -o xml                 | xml
          """)
  void shouldRefuseWrongUsageInOneSentence(String options, String sentence) {
    StringWriter complaints = new StringWriter();
    int status =
        new CommandLine(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(new OneSentenceErrors())
            .setErr(new PrintWriter(complaints, true))
            .execute(("cpu " + options).split(" ", -1));

    assertThat(status).isEqualTo(2);
    assertThat(complaints.toString()).startsWith("bench cpu: ").contains(sentence);
    assertThat(complaints.toString().lines()).hasSize(1);
  }
}
