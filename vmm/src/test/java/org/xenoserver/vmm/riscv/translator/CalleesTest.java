package org.xenoserver.vmm.riscv.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

class CalleesTest {
  private static final int WORD = 2;

  @Test
  void shouldTakeAShortFunction() {
    assertThat(callees("addi a0, a0, 1\n" + "ret\n", 200).take(0)).isTrue();
  }

  @Test
  void shouldNotTakeALongFunction() {
    assertThat(callees("addi a0, a0, 1\n".repeat(100) + "ret\n", 200).take(0)).isFalse();
  }

  @Test
  void shouldCountWhatBranchesAndJumpsLeadTo() {
    String shortWay = "beqz a0, far\n" + "ret\n" + "far: j rest\n" + "ret\n" + "rest:";
    assertThat(callees(shortWay + "addi a0, a0, 1\n".repeat(100) + "ret\n", 200).take(0)).isFalse();
  }

  @Test
  void shouldNotCountWhatWasNotExecuted() {
    Map<Integer, Instruction> code = code("addi a0, a0, 1\n".repeat(100) + "ret\n");
    code.keySet().removeIf(place -> place >= 20 * WORD);
    assertThat(new Callees(code::get, 200).take(0)).isTrue();
  }

  @Test
  void shouldGoRoundALoopOnce() {
    assertThat(callees("again: addi a0, a0, -1\n" + "bnez a0, again\n" + "ret\n", 200).take(0))
        .isTrue();
  }

  @Test
  void shouldTakeNoMoreThanHasRoomTogether() {
    String function = "addi a0, a0, 1\n".repeat(39) + "ret\n";
    Callees callees = callees(function.repeat(3), 100);
    assertThat(callees.take(0)).isTrue();
    assertThat(callees.take(40 * WORD)).isTrue();
    assertThat(callees.take(80 * WORD)).isFalse();
    assertThat(callees.take(0)).as("again").isTrue();
  }

  private static Callees callees(String text, int mostTogether) {
    return new Callees(code(text)::get, mostTogether);
  }

  /** The instructions of a program by place; all of them have four bytes. */
  private static Map<Integer, Instruction> code(String text) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Assembler.assemble(0, text).bytes()).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, Instruction> code = new HashMap<>();
    for (int place = 0; bytes.remaining() >= Integer.BYTES; place += WORD) {
      int bits = bytes.getInt();
      code.put(place, new Instruction(place, CodePage.decodeBits(bits), bits));
    }
    return code;
  }
}
