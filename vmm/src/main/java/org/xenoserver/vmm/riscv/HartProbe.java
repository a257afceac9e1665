package org.xenoserver.vmm.riscv;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * A hart under examination: run by counted instructions and with all of its state in view.
 *
 * <p>Its caller owns the hart, and runs it through nothing else meanwhile.
 */
public final class HartProbe {
  private static final int INTEGER = 0;
  private static final int FLOAT = 32;
  private static final int PC = 64;
  private static final int PRIVILEGE = 65;
  private static final int CONTROL = 66;

  private static final List<Map.Entry<String, Integer>> CONTROL_REGISTERS =
      List.of(
          Map.entry("fcsr", Csr.FCSR),
          Map.entry("mstatus", Csr.MSTATUS),
          Map.entry("medeleg", Csr.MEDELEG),
          Map.entry("mideleg", Csr.MIDELEG),
          Map.entry("mie", Csr.MIE),
          Map.entry("mip", Csr.MIP),
          Map.entry("mtvec", Csr.MTVEC),
          Map.entry("mcounteren", Csr.MCOUNTEREN),
          Map.entry("menvcfg", Csr.MENVCFG),
          Map.entry("mscratch", Csr.MSCRATCH),
          Map.entry("mepc", Csr.MEPC),
          Map.entry("mcause", Csr.MCAUSE),
          Map.entry("mtval", Csr.MTVAL),
          Map.entry("stvec", Csr.STVEC),
          Map.entry("scounteren", Csr.SCOUNTEREN),
          Map.entry("senvcfg", Csr.SENVCFG),
          Map.entry("sscratch", Csr.SSCRATCH),
          Map.entry("sepc", Csr.SEPC),
          Map.entry("scause", Csr.SCAUSE),
          Map.entry("stval", Csr.STVAL),
          Map.entry("stimecmp", Csr.STIMECMP),
          Map.entry("satp", Csr.SATP),
          Map.entry("pmpcfg0", Csr.PMPCFG0),
          Map.entry("pmpaddr0", Csr.PMPADDR0),
          Map.entry("pmpaddr1", Csr.PMPADDR0 + 1),
          Map.entry("instret", Csr.INSTRET));

  private final Hart hart;

  /** Looks at a hart. */
  public HartProbe(Hart hart) {
    this.hart = hart;
  }

  /**
   * Serves requests and takes a pending interrupt, as the hart does between two stretches of
   * instructions; executes none.
   *
   * @return {@link VcpuExit#PREEMPTED} if the hart could go on
   */
  public VcpuExit poll() {
    return hart.run(hart.timebase.clock().monotonicNs());
  }

  /**
   * Executes about so many instructions without looking at interrupts.
   *
   * @param limit the hart stops at the first jump, region's end or change of interrupts after so
   *     many
   * @return how many were retired
   */
  public int execute(int limit) {
    return hart.execute(limit);
  }

  /**
   * Interprets one instruction without looking at interrupts.
   *
   * @return how many were retired: none if it trapped
   */
  public int step() {
    long pc = hart.pc;
    CodePage page = hart.instructionFetch.pageOf(pc);
    if (page == null) {
      hart.memoryAccess.raiseFault();
      return 0;
    }
    TranslationBank bank = hart.memoryAccess.fetchBank;
    int kind = hart.privilege == Privilege.USER ? TranslationBank.USER : TranslationBank.SUPERVISOR;
    if (bank.fetch(kind, pc) != page) {
      return hart.execute(1); // The page is not kept: each of its instructions comes alone.
    }
    CodePage alone = page.restrictedTo((int) pc >>> 1 & CodePage.SLOTS - 1);
    bank.fillFetch(kind, pc, alone, CodePage.BYTES);
    int retired = hart.execute(1);
    if (bank.fetch(kind, pc) == alone) {
      bank.fillFetch(kind, pc, page, CodePage.BYTES);
    }
    return retired;
  }

  /** Instructions retired so far. */
  public long retired() {
    return hart.retiredInstructions();
  }

  /** Where it is. */
  public long programCounter() {
    return hart.pc;
  }

  /** Every register; {@link #name} says which is where. */
  public long[] state() {
    long[] state = new long[CONTROL + CONTROL_REGISTERS.size()];
    Arrays.setAll(state, i -> i < FLOAT ? hart.x(i - INTEGER) : 0);
    System.arraycopy(hart.f, 0, state, FLOAT, 32);
    state[PC] = hart.pc;
    state[PRIVILEGE] = hart.privilege;
    for (int i = 0; i < CONTROL_REGISTERS.size(); i++) {
      state[CONTROL + i] = hart.csrs.read(CONTROL_REGISTERS.get(i).getValue());
    }
    return state;
  }

  /** The register at a place of {@link #state}. */
  public static String name(int index) {
    return index < FLOAT
        ? "x" + index
        : index < PC
            ? "f" + (index - FLOAT)
            : index == PC
                ? "pc"
                : index == PRIVILEGE
                    ? "privilege"
                    : CONTROL_REGISTERS.get(index - CONTROL).getKey();
  }
}
