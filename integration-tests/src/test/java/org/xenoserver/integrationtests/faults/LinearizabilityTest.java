package org.xenoserver.integrationtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xenoserver.integrationtests.faults.Operation.Answer;
import org.xenoserver.integrationtests.faults.Operation.Kind;

final class LinearizabilityTest {
  private static Operation create(long startNs, long endNs, @Nullable Answer answer) {
    return new Operation(Kind.CREATE, "c" + startNs, startNs, endNs, answer);
  }

  private static Operation destroy(long startNs, long endNs, @Nullable Answer answer) {
    return new Operation(Kind.DESTROY, "d" + startNs, startNs, endNs, answer);
  }

  private static Operation get(long startNs, long endNs, Answer answer) {
    return new Operation(Kind.GET, "g" + startNs, startNs, endNs, answer);
  }

  private static boolean judge(Operation... history) {
    return Linearizability.isLinearizable(Arrays.asList(history));
  }

  @Test
  void shouldAcceptWhatHappensOneAfterTheOther() {
    assertThat(
            judge(
                get(0, 1, Answer.NOT_FOUND),
                create(2, 3, Answer.OK),
                get(4, 5, Answer.OK),
                create(6, 7, Answer.ALREADY_EXISTS),
                destroy(8, 9, Answer.OK),
                get(10, 11, Answer.OK),
                create(12, 13, Answer.ALREADY_EXISTS),
                get(14, 15, Answer.NOT_FOUND),
                destroy(16, 17, Answer.NOT_FOUND),
                create(18, 19, Answer.REFUSED),
                create(20, 21, Answer.OK)))
        .isTrue();
  }

  @Test
  void shouldRefuseALostCreate() {
    assertThat(judge(create(0, 1, Answer.OK), get(2, 3, Answer.NOT_FOUND))).isFalse();
    assertThat(judge(create(0, 1, Answer.OK), destroy(2, 3, Answer.NOT_FOUND))).isFalse();
  }

  @Test
  void shouldRefuseTwoCreatesWithoutADestroyBetween() {
    assertThat(judge(create(0, 10, Answer.OK), create(5, 15, Answer.OK))).isFalse();
    assertThat(judge(create(0, 10, Answer.OK), destroy(2, 8, Answer.OK), create(5, 15, Answer.OK)))
        .isTrue();
    assertThat(
            judge(create(0, 10, Answer.OK), create(11, 15, Answer.OK), destroy(16, 17, Answer.OK)))
        .isFalse();
  }

  @Test
  void shouldRefuseADomainThatIsBackAfterItWasGone() {
    assertThat(
            judge(
                create(0, 1, Answer.OK),
                destroy(2, 3, Answer.OK),
                get(4, 5, Answer.NOT_FOUND),
                get(6, 7, Answer.OK)))
        .isFalse();
  }

  @Test
  void shouldRefuseAnAnswerFromBeforeItsRequest() {
    assertThat(judge(get(0, 1, Answer.OK), create(2, 3, Answer.OK))).isFalse();
    assertThat(judge(get(0, 3, Answer.OK), create(2, 4, Answer.OK))).isTrue();
    assertThat(judge(create(0, 1, Answer.ALREADY_EXISTS))).isFalse();
  }

  @Test
  void shouldLetAnUnansweredRequestHappenLateOrNeverButOnce() {
    Operation unanswered = create(0, Long.MAX_VALUE, null);
    assertThat(judge(unanswered, get(10, 11, Answer.NOT_FOUND), get(12, 13, Answer.OK))).isTrue();
    assertThat(judge(unanswered, get(10, 11, Answer.NOT_FOUND))).isTrue();
    assertThat(
            judge(
                unanswered,
                get(10, 11, Answer.OK),
                destroy(12, 13, Answer.OK),
                get(14, 15, Answer.NOT_FOUND),
                get(16, 17, Answer.OK)))
        .as("one request with two effects")
        .isFalse();
  }

  /** A random run of a domain that does one thing after the other, seen by clients. */
  private static List<Operation> correct(Random random, int count, double unanswered) {
    List<Operation> history = new ArrayList<>();
    boolean present = false;
    for (int i = 0; i < count; i++) {
      long atNs = i * 10L;
      long startNs = atNs - random.nextInt(40);
      long endNs = atNs + 1 + random.nextInt(40);
      boolean answered = random.nextDouble() >= unanswered;
      if (random.nextInt(3) == 0) {
        history.add(
            create(
                startNs,
                answered ? endNs : Long.MAX_VALUE,
                answered ? present ? Answer.ALREADY_EXISTS : Answer.OK : null));
        present = true;
      } else if (random.nextBoolean()) {
        // Carried out at once.
        history.add(
            destroy(
                startNs,
                answered ? endNs : Long.MAX_VALUE,
                answered ? present ? Answer.OK : Answer.NOT_FOUND : null));
        present = false;
      } else {
        history.add(get(startNs, endNs, present ? Answer.OK : Answer.NOT_FOUND));
      }
    }
    return history;
  }

  @Test
  @Timeout(60)
  void shouldAcceptAllThatACorrectClusterMaySay() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("LinearizabilityTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      List<Operation> history = correct(random, 60, 0.1);
      assertThat(Linearizability.isLinearizable(history)).as("history %d: %s", i, history).isTrue();
    }
  }

  @Test
  @Timeout(60)
  void shouldRefuseADomainFromNowhereAtTheEndOfAnyRun() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("LinearizabilityTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      List<Operation> history = new ArrayList<>(correct(random, 40, 0));
      history.add(get(1000, 1001, Answer.NOT_FOUND));
      history.add(get(1002, 1003, Answer.OK));
      assertThat(Linearizability.isLinearizable(history)).as("%s", history).isFalse();
    }
  }
}
