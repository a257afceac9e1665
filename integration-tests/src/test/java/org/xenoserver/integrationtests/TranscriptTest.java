package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class TranscriptTest {
  private static final Pattern PORT = Pattern.compile("port (\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Transcript transcript = new Transcript("a process");

  @Test
  void shouldWaitForTheRestOfAWordThatIsStillSaid() throws Exception {
    transcript.add("listens on port 12");
    CompletableFuture<MatchResult> match = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                match.complete(transcript.await(PORT, PATIENCE));
              } catch (InterruptedException | AssertionError e) {
                match.completeExceptionally(e);
              }
            });
    while (reader.getState() != Thread.State.TIMED_WAITING && !match.isDone()) {
      Thread.onSpinWait();
    }
    transcript.add("34\n");
    assertThat(match.get().group(1)).isEqualTo("1234");
  }

  @Test
  void shouldTakeTheLastWordOfWhatEnded() throws InterruptedException {
    transcript.add("listens on port 12");
    transcript.end("it ended");
    assertThat(transcript.await(PORT, PATIENCE).group(1)).isEqualTo("12");
  }

  @Test
  void shouldSayWhatWasSaidWhenNothingMatches() {
    transcript.add("cannot listen");
    assertThatThrownBy(() -> transcript.await(PORT, Duration.ZERO))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("within 0 s")
        .hasMessageContaining("cannot listen");
  }
}
