package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.assembler.InstructionTable;

/**
 * Fails when the decoder is older than the instruction table. To renew it, run this test with
 * {@code -Dxenoserver.decoder.write=true} and format the module.
 */
class DecoderGeneratorTest {
  private static final Path SOURCES = Path.of("src/main/java/org/xenoserver/vmm/riscv");

  @Test
  void shouldHaveTheDecoderThatTheTableGives() throws IOException {
    DecoderGenerator generator = new DecoderGenerator(new InstructionTable());
    check("Opcode.java", generator.opcodes());
    check("Decoder.java", generator.decoder());
  }

  private static void check(String file, String generated) throws IOException {
    Path path = SOURCES.resolve(file);
    if (Boolean.getBoolean("xenoserver.decoder.write")) {
      Files.writeString(path, generated);
    }
    assertThat(squeeze(Files.readString(path))).as(file).isEqualTo(squeeze(generated));
  }

  /** The formatter may break lines; what counts is the code. */
  private static String squeeze(String source) {
    return source.replaceAll("\\s+", "");
  }
}
