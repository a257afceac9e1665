package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkLengthTest {
  @ParameterizedTest
  @CsvSource({"1, 8192", "7, 8192", "20, 8192", "100, 1024", "600, 256", "5000, 256"})
  void shouldKeepAChunkShortInTimeHoweverSlowInstructionsAre(
      int nsPerInstruction, int longestChunk) {
    ChunkLength chunk = new ChunkLength();
    for (int i = 0; i < 10; i++) {
      chunk.took((long) nsPerInstruction * chunk.instructions(), chunk.instructions());
    }
    assertThat(chunk.instructions()).isBetween(ChunkLength.SHORTEST, longestChunk);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldBeLongAgainAfterItWasInterrupted(long seed) {
    ChunkLength chunk = new ChunkLength();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20; i++) {
      chunk.took(random.nextLong(10_000_000), chunk.instructions());
    }
    for (int i = 0; i < 10; i++) {
      chunk.took(chunk.instructions(), chunk.instructions());
    }
    assertThat(chunk.instructions()).isEqualTo(ChunkLength.LONGEST);
  }

  @Test
  void shouldNotGrowByChunksThatEndedEarly() {
    ChunkLength chunk = new ChunkLength();
    for (int i = 0; i < 10; i++) {
      chunk.took(1_000_000, chunk.instructions());
    }
    int slow = chunk.instructions();
    for (int i = 0; i < 10; i++) {
      chunk.took(1_000, 12);
    }
    assertThat(chunk.instructions()).isEqualTo(slow);
  }
}
