package org.xenoserver.vmm.board;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.io.IoLoop;
import org.xenoserver.vmm.machine.Machine;
import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.riscv.CodeLibrary;
import org.xenoserver.vmm.riscv.TranslationAllowance;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import org.xenoserver.vmm.riscv.translator.Translator;
import org.xenoserver.vmm.time.Clock;

/** Builds {@code virt} machines with the software processor; all share one data-plane loop. */
public final class VirtBoardFactory implements MachineFactory, AutoCloseable {
  private final Clock clock;
  private final IoLoop ioLoop;
  private final Translator translator;
  private final CodeLibrary library;

  /** By domain, as long as anything is taken of one: a machine that is reset regains nothing. */
  private final Map<UUID, TranslationAllowance> allowances = new ConcurrentHashMap<>();

  /** Starts the data-plane loop, and the translator of hot code. */
  public VirtBoardFactory(Clock clock) {
    this(clock, TranslationMode.AUTO);
  }

  /** Starts the data-plane loop, and the translator where the mode needs one. */
  public VirtBoardFactory(Clock clock, TranslationMode mode) {
    this.clock = clock;
    this.ioLoop = new IoLoop(clock);
    this.translator = new Translator(mode);
    this.library = new CodeLibrary(translator);
  }

  @Override
  public Machine build(DomainSpec spec, MachineEvents events, RunPermit permit) throws IOException {
    allowances.values().removeIf(TranslationAllowance::isWhole);
    TranslationAllowance allowance =
        allowances.computeIfAbsent(spec.uuid(), domain -> new TranslationAllowance(clock));
    return VirtMachine.build(spec, events, permit, clock, ioLoop, library, allowance);
  }

  /** Ends both. No machine runs any more. */
  @Override
  public void close() {
    ioLoop.close();
    translator.close();
  }
}
