package org.xenoserver.vmm.riscv;

import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.opcode;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;

/** The integer loads and stores that the main loop's fast path could not do. */
final class MissedAccess {
  private MissedAccess() {}

  /** Executes a load; false if it trapped and pc is at the handler. */
  static boolean load(Hart h, long d) {
    MemoryAccess memory = h.memoryAccess;
    int opcode = opcode(d);
    int sizeBytes =
        switch (opcode) {
          case Opcode.LB, Opcode.LBU -> 1;
          case Opcode.LH, Opcode.LHU -> 2;
          case Opcode.LW, Opcode.LWU -> 4;
          default -> 8;
        };
    long value = memory.load(h.x(rs1(d)) + immediate(d), sizeBytes);
    if (memory.fault != TrapCause.NONE) {
      memory.raiseFault();
      return false;
    }
    long extended =
        switch (opcode) {
          case Opcode.LB -> (byte) value;
          case Opcode.LH -> (short) value;
          case Opcode.LW -> (int) value;
          default -> value;
        };
    h.x(rd(d), extended);
    return true;
  }

  /** Executes a store; false if it trapped and pc is at the handler. */
  static boolean store(Hart h, long d) {
    MemoryAccess memory = h.memoryAccess;
    int sizeBytes =
        switch (opcode(d)) {
          case Opcode.SB -> 1;
          case Opcode.SH -> 2;
          case Opcode.SW -> 4;
          default -> 8;
        };
    memory.store(h.x(rs1(d)) + immediate(d), sizeBytes, h.x(rs2(d)));
    if (memory.fault != TrapCause.NONE) {
      memory.raiseFault();
      return false;
    }
    return true;
  }
}
