package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares the end state of programs on our processor with that on QEMU's. */
final class QemuJudge implements Judge {
  private final QemuMachine qemu;
  private final SoftwareMachine machine;

  QemuJudge(QemuMachine qemu, SoftwareMachine machine) {
    this.qemu = qemu;
    this.machine = machine;
  }

  @Override
  public int batch() {
    return QemuMachine.MOST_PROGRAMS;
  }

  @Override
  public boolean portable() {
    return true;
  }

  @Override
  public @Nullable Disagreement check(List<GuestProgram> programs)
      throws IOException, InterruptedException {
    List<byte[]> ours = new ArrayList<>();
    for (GuestProgram program : programs) {
      if (!machine.run(program)) {
        return new Disagreement(program, "it does not end on our processor");
      }
      ours.add(machine.arena());
    }
    List<byte[]> theirs = qemu.run(programs);
    for (int i = 0; i < theirs.size(); i++) {
      String difference =
          Comparison.difference("our processor", ours.get(i), "QEMU", theirs.get(i));
      if (difference != null) {
        return new Disagreement(programs.get(i), difference);
      }
    }
    return theirs.size() < programs.size()
        ? new Disagreement(programs.get(theirs.size()), "it does not end on QEMU")
        : null;
  }

  @Override
  public void close() {
    machine.close();
  }
}
