package org.xenoserver.vmm.conformance;

import java.util.Locale;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;

/**
 * The part that is the same in every generated program: entry, trap handlers of M- and S-mode, and
 * exit.
 *
 * <p>A handler notes cause, mode, epc and tval (but not that of a breakpoint, where the manual
 * leaves a choice), and then goes on behind the instruction. A fetch that failed goes on at the
 * same offset of the code's window of the current mode, so that wild jumps and returns across a
 * change of mode come to the right place. ECALL with a7 from {@link #SERVICE} on changes the mode,
 * an entry of the page tables, or the floating-point unit. ECALL at the beginning of the code, or
 * too many traps, end the program. Interrupts leave no trace but for the supervisor software
 * interrupt, which comes at a known place.
 */
final class TrapHandlers {
  /** The first of a7's values that ask for something; plus a privilege: go on in that mode. */
  static final int SERVICE = 0x1000;

  static final int SERVICE_PAGE_TABLE = SERVICE + 0x10;
  static final int SERVICE_FLOATING_POINT = SERVICE + 0x11;

  private static final int MACHINE_TRAP = 0x500;
  private static final int SUPERVISOR_TRAP = 0xb00;

  private static final Program PROGRAM = Assembler.assemble(Arena.BASE + Arena.HANDLERS, source());

  private TrapHandlers() {}

  /** The bytes of the handlers' page, and where it is entered. */
  static Program program() {
    return PROGRAM;
  }

  private static String source() {
    return entry()
        + ".org 0x%x\n".formatted(MACHINE_TRAP)
        + handler("m", Arena.MACHINE_SAVE, 11, 3)
        + machineOnly()
        + exit()
        + ".org 0x%x\n".formatted(SUPERVISOR_TRAP)
        + handler("s", Arena.SUPERVISOR_SAVE, 8, 1)
        + supervisorOnly();
  }

  /** An operand for something in the trap page. */
  private static String at(int offset) {
    return (offset - 0x800) + "(tp)";
  }

  private static String at(Arena.Control control) {
    return at(control.offset());
  }

  private static String entry() {
    StringBuilder out = new StringBuilder();
    out.append("li tp, 0x%x\n".formatted(Arena.TP));
    out.append("csrw mie, x0\ncsrw mip, x0\ncsrw satp, x0\n");
    out.append("la t0, m_trap\ncsrw mtvec, t0\nla t0, s_trap\ncsrw stvec, t0\n");
    for (Arena.Control control : Arena.Control.values()) {
      switch (control) {
        case PMPADDR0,
            PMPADDR1,
            PMPCFG0,
            MEDELEG,
            MIDELEG,
            SCOUNTEREN,
            MCOUNTEREN,
            MSCRATCH,
            SSCRATCH,
            SEPC,
            SCAUSE,
            STVAL,
            MCAUSE,
            MTVAL ->
            out.append("ld t0, %s\ncsrw %s, t0\n".formatted(at(control), name(control)));
        case MSTATUS, MIE, SATP, FCSR, MEPC, MIP -> {}
      }
    }
    out.append("li t0, 0x6000\ncsrs mstatus, t0\n");
    for (int i = 0; i < 32; i++) {
      out.append("fld f%d, %s\n".formatted(i, at(Arena.FLOATS + 8 * i)));
    }
    out.append("ld t0, %s\ncsrw fcsr, t0\n".formatted(at(Arena.Control.FCSR)));
    out.append("ld t0, %s\ncsrw satp, t0\nsfence.vma x0, x0\n".formatted(at(Arena.Control.SATP)));
    out.append("fence.i\n");
    out.append("li t1, 0x2004000\naddi t0, x0, -1\nsd t0, 0(t1)\n");
    out.append("ld t0, %s\nbeqz t0, no_timer\n".formatted(at(Arena.TIMER_INTERVAL)));
    out.append("li t2, 0x200bff8\nld t2, 0(t2)\nadd t0, t0, t2\nsd t0, 0(t1)\nno_timer:\n");
    out.append("ld t0, %s\ncsrw mstatus, t0\n".formatted(at(Arena.Control.MSTATUS)));
    out.append("ld t0, %s\ncsrw mie, t0\n".formatted(at(Arena.Control.MIE)));
    out.append("ld t0, %s\ncsrw mepc, t0\n".formatted(at(Arena.Control.MEPC)));
    for (int i = 1; i < 32; i++) {
      if (i != 4) {
        out.append("ld x%d, %s\n".formatted(i, at(Arena.INTEGERS + 8 * i)));
      }
    }
    return out.append("mret\n").toString();
  }

  private static String name(Arena.Control control) {
    return control.name().toLowerCase(Locale.ROOT);
  }

  /** What both handlers do, up to ECALL and interrupts; registers x5 to x7 and x28 are saved. */
  private static String handler(String m, int save, int modeShift, int modeMask) {
    String from = modeMask == 3 ? "0" : "0x1000";
    return """
    @_trap:
      sd x5, SAVE0
      sd x6, SAVE1
      sd x7, SAVE2
      sd x28, SAVE3
      csrr x5, @cause
      blt x5, x0, @_interrupt
    @_note:
      ld x6, TRAPS
      addi x6, x6, 1
      sd x6, TRAPS
      csrr x7, @tval
      addi x28, x5, -3
      bnez x28, @_value
      addi x7, x0, 0
      csrw @tval, x0
    @_value:
      andi x28, x5, -3
      addi x28, x28, -5
      bnez x28, @_count
      ld x28, VALUE_KEPT
      and x7, x7, x28
      csrw @tval, x7
    @_count:
      li x28, ENTRIES
      bltu x28, x6, @_noted
      sh1add x28, x6, x6
      slli x28, x28, 3
      add x28, x28, tp
      sd x7, LOG2(x28)
      csrr x7, @epc
      sd x7, LOG1(x28)
      csrr x7, @status
      srli x7, x7, SHIFT
      andi x7, x7, MASK
      slli x7, x7, 8
      or x7, x7, x5
      li x5, FROM
      or x7, x7, x5
      csrr x5, @cause
      sd x7, LOG0(x28)
    @_noted:
      ld x7, LIMIT
      bgeu x6, x7, @_exit
      csrr x6, @epc
      blt x5, x0, @_done
      addi x7, x5, -1
      beqz x7, @_fetch
      addi x7, x5, -12
      beqz x7, @_fetch
      addi x7, x5, -8
      beqz x7, @_ecall
      addi x7, x5, -9
      beqz x7, @_ecall
      addi x7, x5, -11
      beqz x7, @_ecall
      li x28, 0x3fff
      and x7, x6, x28
      li x28, CODE
      add x7, x7, x28
      lhu x7, 0(x7)
      andi x7, x7, 3
      addi x7, x7, -3
      addi x6, x6, 2
      bnez x7, @_continue
      addi x6, x6, 2
    @_continue:
      csrw @epc, x6
    @_done:
      ld x5, SAVE0
      ld x6, SAVE1
      ld x7, SAVE2
      ld x28, SAVE3
      @ret
    @_fetch:
      csrr x7, @status
      srli x7, x7, SHIFT
      andi x7, x7, MASK
      sh3add x7, x7, tp
      ld x7, WINDOWS(x7)
      li x28, 0x3fff
      and x28, x6, x28
      add x7, x7, x28
      beq x7, x6, @_exit
      mv x6, x7
      j @_continue
    @_page_table:
      ld x7, ENTRY_ADDRESS
      beqz x7, @_after
      ld x28, ENTRY_MASK
      ld x5, 0(x7)
      xor x5, x5, x28
      sd x5, 0(x7)
      sfence.vma x0, x0
      j @_after
    @_floating_point:
      li x28, 0x6000
      csrr x7, @status
      and x7, x7, x28
      beqz x7, @_float_on
      csrc @status, x28
      j @_after
    @_float_on:
      csrs @status, x28
    @_after:
      addi x6, x6, 4
      j @_continue
    @_ecall:
      la x28, s_stop
      beq x28, x6, @_exit
      li x28, 0x3fff
      and x7, x6, x28
      beqz x7, @_exit
      li x28, SERVICE
      sub x7, x17, x28
      addi x28, x7, -16
      beqz x28, @_page_table
      addi x28, x7, -17
      beqz x28, @_floating_point
      li x28, 4
      bltu x7, x28, @_switch
      j @_after
    """
        .replace("SAVE0", at(save))
        .replace("SAVE1", at(save + 8))
        .replace("SAVE2", at(save + 16))
        .replace("SAVE3", at(save + 24))
        .replace("TRAPS", at(Arena.COUNT))
        .replace("LIMIT", at(Arena.LIMIT))
        .replace("VALUE_KEPT", at(Arena.ACCESS_FAULT_VALUE_MASK))
        .replace("ENTRY_ADDRESS", at(Arena.ENTRY_ADDRESS))
        .replace("ENTRY_MASK", at(Arena.ENTRY_MASK))
        .replace("ENTRIES", "" + Arena.LOG_ENTRIES)
        .replace("LOG0", "" + (Arena.LOG - 0x800 - Arena.LOG_ENTRY_BYTES))
        .replace("LOG1", "" + (Arena.LOG - 0x800 - Arena.LOG_ENTRY_BYTES + 8))
        .replace("LOG2", "" + (Arena.LOG - 0x800 - Arena.LOG_ENTRY_BYTES + 16))
        .replace("WINDOWS", "" + (Arena.WINDOWS - 0x800))
        .replace("CODE", "0x%x".formatted(Arena.BASE + Arena.CODE))
        .replace("SERVICE", "" + SERVICE)
        .replace("SHIFT", "" + modeShift)
        .replace("MASK", "" + modeMask)
        .replace("FROM", from)
        .replace("@", m);
  }

  private static String machineOnly() {
    return """
    m_switch:
      li x28, 0x1800
      csrc mstatus, x28
      slli x28, x7, 11
      csrs mstatus, x28
      sh3add x7, x7, tp
      ld x7, WINDOWS(x7)
      li x28, 0x3fff
      and x6, x6, x28
      add x6, x6, x7
      j m_after
    m_interrupt:
      slli x6, x5, 1
      srli x6, x6, 1
      addi x7, x6, -7
      beqz x7, m_timer
      addi x7, x6, -3
      beqz x7, m_software
      csrci mip, 2
      j m_note
    m_software:
      li x6, 0x2000000
      sw x0, 0(x6)
      j m_done
    m_timer:
      li x6, 0x2004000
      addi x5, x0, -1
      ld x7, TIMER_LEFT
      beqz x7, m_set_timer
      addi x7, x7, -1
      sd x7, TIMER_LEFT
      li x5, 0x200bff8
      ld x5, 0(x5)
      ld x7, TIMER_INTERVAL
      add x5, x5, x7
    m_set_timer:
      sd x5, 0(x6)
      j m_done
    """
        .replace("WINDOWS", "" + (Arena.WINDOWS - 0x800))
        .replace("TIMER_LEFT", at(Arena.TIMER_LEFT))
        .replace("TIMER_INTERVAL", at(Arena.TIMER_INTERVAL));
  }

  private static String supervisorOnly() {
    return """
    s_switch:
      srli x28, x7, 1
      bnez x28, s_after
      li x28, 0x100
      csrc sstatus, x28
      slli x28, x7, 8
      csrs sstatus, x28
      sh3add x7, x7, tp
      ld x7, WINDOWS(x7)
      li x28, 0x3fff
      and x6, x6, x28
      add x6, x6, x7
      j s_after
    s_interrupt:
      csrci sip, 2
      j s_note
    s_exit:
      ld x5, SAVE0
      ld x6, SAVE1
      ld x7, SAVE2
      ld x28, SAVE3
    s_stop:
      ecall
      j s_stop
    """
        .replace("WINDOWS", "" + (Arena.WINDOWS - 0x800))
        .replace("SAVE0", at(Arena.SUPERVISOR_SAVE))
        .replace("SAVE1", at(Arena.SUPERVISOR_SAVE + 8))
        .replace("SAVE2", at(Arena.SUPERVISOR_SAVE + 16))
        .replace("SAVE3", at(Arena.SUPERVISOR_SAVE + 24));
  }

  private static String exit() {
    StringBuilder out = new StringBuilder("m_exit:\n");
    out.append("ld x5, %s\nld x6, %s\n".formatted(at(Arena.MACHINE_SAVE), at(8)));
    out.append("ld x7, %s\nld x28, %s\n".formatted(at(16), at(24)));
    for (int i = 1; i < 32; i++) {
      out.append("sd x%d, %s\n".formatted(i, at(Arena.INTEGERS + 8 * i)));
    }
    for (Arena.Control control : Arena.Control.values()) {
      switch (control) {
        case FCSR -> {}
        case MSTATUS ->
            // Whether FS is clean or dirty is the processor's choice, and SD follows it.
            out.append("csrr t0, mstatus\nli t1, 0x8000000000006000\nandn t0, t0, t1\n")
                .append("sd t0, %s\n".formatted(at(control)));
        case MIP -> out.append("csrr t0, mip\nandi t0, t0, 2\nsd t0, %s\n".formatted(at(control)));
        default -> out.append("csrr t0, %s\nsd t0, %s\n".formatted(name(control), at(control)));
      }
    }
    out.append("li t0, 0x6000\ncsrs mstatus, t0\n");
    for (int i = 0; i < 32; i++) {
      out.append("fsd f%d, %s\n".formatted(i, at(Arena.FLOATS + 8 * i)));
    }
    out.append("csrr t0, fcsr\nsd t0, %s\n".formatted(at(Arena.Control.FCSR)));
    return out.append("li t0, 0x%x\njr t0\n".formatted(Arena.RETURN)).toString();
  }
}
