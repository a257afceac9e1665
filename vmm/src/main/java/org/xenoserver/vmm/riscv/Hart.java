package org.xenoserver.vmm.riscv;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.bus.SystemBus;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit;
import org.xenoserver.vmm.time.Timebase;
import org.xenoserver.vmm.vcpu.VcpuEngine;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * A RISC-V hardware thread: RV64GC with Zba, Zbb, Zbc, Zbs, Sstc and Svadu, in M, S and U mode.
 *
 * <p>It owns no thread: {@link #run} executes on whichever processor thread calls it, one at a
 * time, and all state is that thread's, but for what is said to be safe from any thread. Sources:
 * The RISC-V Instruction Set Manual, volumes I and II, 20240411.
 */
public final class Hart extends IntegerRegisters implements VcpuEngine {
  /** Looks at a fence's progress before the waiting thread offers its host processor to others. */
  private static final int FENCE_SPINS = 1000;

  /** PAUSE hints after which a spinning hart offers its processor to others. */
  private static final int PAUSES_BEFORE_YIELD = 64;

  private static final int REQUEST_PREEMPT = 1;
  private static final int REQUEST_FENCE_I = 2;
  private static final int REQUEST_SFENCE = 4;
  private static final int REQUEST_START = 8;
  private static final int FENCES = REQUEST_FENCE_I | REQUEST_SFENCE;

  private static final int STARTED = 0;
  private static final int STOPPED = 1;
  private static final int STARTING = 2;

  final int id;
  final GuestMemory memory;
  final CodePages codePages;
  final SystemBus bus;
  final Timebase timebase;
  final FloatingPointUnit fpu = new FloatingPointUnit();
  final ControlStatusRegisters csrs;
  final MemoryAccess memoryAccess;
  final InstructionFetch instructionFetch;
  final HartExits exits = new HartExits();

  /** Floating-point registers, singles NaN-boxed. */
  final long[] f = new long[32];

  /** Why a region returned, if not for another region: a value of {@link RegionSystem}. */
  int interpretNext;

  /** How many regions wait for what they called. */
  int nesting;

  /** Whether what a region called has returned to it. */
  boolean returned;

  /** Instructions executed in calls, modulo 2^32: they are not the caller's. */
  int executedInCalls;

  /**
   * Always null, which the JVM's fast compiler does not know of a field: a null it knows of is ten
   * bytes in the code of every access to guest memory.
   */
  @Nullable Object nothing;

  /**
   * Instructions that may still be retired, while a region made by the JVM's fast compiler runs: a
   * variable of the region would have another value in each block, of which that compiler must keep
   * account.
   */
  int left;

  /** Names what instruction fetch finds now; another value once that may have changed. */
  long fetchContext;

  /** What {@link RegionDispatch#findCallee} found. */
  @Nullable Jump callee;

  /** Exceptions raised by regions since the interpreter last took note. */
  int trappedInRegions;

  final RegionTranslator translator;

  /** Visits after which the translator is asked. */
  final int visits;

  final RecentLoad load = new RecentLoad();

  final JumpCache jumps = new JumpCache();

  private final ChunkLength chunk = new ChunkLength();

  private int evictions;

  long pc;
  int privilege = Privilege.MACHINE;

  /** Instructions retired before the current chunk, and so far within it. */
  private volatile long retired;

  int retiredInChunk;

  private final AtomicInteger requests = new AtomicInteger();

  /** Levels of the interrupt lines, and remote software interrupts not taken over yet. */
  private final AtomicInteger lines = new AtomicInteger();

  private volatile boolean running;

  /** STARTED, STOPPED or STARTING; only who makes STARTING of STOPPED may start the hart. */
  private final AtomicInteger lifecycle = new AtomicInteger(STOPPED);

  private boolean waiting;

  /** What was pending when it was last looked at, timers among it. */
  private int seenPending;

  private int pauses;
  private volatile HartStart pendingStart = new HartStart(0, Privilege.MACHINE, 0, 0);
  private Runnable wake = () -> {};
  private @Nullable SupervisorEnvironment environment;

  /**
   * Makes a hart in its reset state, stopped; {@link #start} sets it going.
   *
   * @param id the hart id guests see
   */
  public Hart(int id, GuestMemory memory, CodePages codePages, SystemBus bus, Timebase timebase) {
    this.id = id;
    this.memory = memory;
    this.bus = bus;
    this.timebase = timebase;
    this.codePages = codePages;
    this.translator = codePages.translator();
    this.visits = translator.visits();
    this.csrs = new ControlStatusRegisters(this);
    this.memoryAccess = new MemoryAccess(this);
    this.instructionFetch = new InstructionFetch(this, memoryAccess);
    memoryAccess.contextChanged();
  }

  // ---- what the machine does with it

  /**
   * Lets the VMM answer calls from S-mode in place of M-mode firmware: traps and interrupts are
   * delegated, timers, counters and all memory are open to S-mode. Called before the first run.
   */
  public void setEnvironment(SupervisorEnvironment environment) {
    this.environment = environment;
    csrs.openToSupervisor();
  }

  /** Calls back after each store that covers a physical address (the HTIF's {@code tohost}). */
  public void watchStores(long physical, Runnable stored) {
    memoryAccess.watch(physical, stored);
  }

  /**
   * Starts a stopped hart with a0 = its id (SBI HSM hart_start, or the board's reset). Safe from
   * any thread.
   *
   * @return false if it is not stopped
   */
  public boolean start(HartStart start) {
    if (!lifecycle.compareAndSet(STOPPED, STARTING)) {
      return false;
    }
    pendingStart = start;
    requests.getAndUpdate(r -> r | REQUEST_START);
    wake.run();
    return true;
  }

  /** Stops the hart that calls (SBI HSM hart_stop). */
  public void stop() {
    lifecycle.set(STOPPED);
  }

  /** Whether the hart is stopped and no start is under way. Safe from any thread. */
  public boolean isStopped() {
    return lifecycle.get() == STOPPED;
  }

  /** Makes the hart wait for an interrupt as WFI does (SBI HSM retentive suspend). */
  public void waitForInterrupt() {
    waiting = true;
  }

  /**
   * Drives an interrupt line, one of {@link Interrupt}. Safe from any thread.
   *
   * <p>Setting the supervisor software interrupt is a message: the guest clears it itself.
   */
  public void setInterrupt(int interrupt, boolean asserted) {
    int before = lines.getAndUpdate(levels -> asserted ? levels | interrupt : levels & ~interrupt);
    if (asserted && (before & interrupt) == 0) {
      wake.run();
    }
  }

  /** The machine timer's comparator (CLINT mtimecmp). Safe from any thread. */
  public long machineTimeCompare() {
    return csrs.machineTimeCompare;
  }

  /** Sets the machine timer's comparator. Safe from any thread. */
  public void setMachineTimeCompare(long ticks) {
    csrs.machineTimeCompare = ticks;
    wake.run();
  }

  /**
   * Makes this hart, before it executes another instruction, see code written by others (FENCE.I)
   * or changed page tables (SFENCE.VMA of everything), and waits until that is certain.
   *
   * @param caller the hart on whose thread this is called; it goes on serving such requests itself
   */
  public void fenceFrom(Hart caller, boolean translations) {
    int request = translations ? REQUEST_SFENCE : REQUEST_FENCE_I;
    if (caller == this) {
      serveFences(request);
      return;
    }
    requests.getAndUpdate(r -> r | request);
    int spins = 0;
    while (running && (requests.get() & request) != 0) {
      caller.serveFences(caller.requests.getAndUpdate(r -> r & ~FENCES));
      if (++spins < FENCE_SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // The host may have put another thread where this hart's would run.
      }
    }
  }

  private void serveFences(int requested) {
    if ((requested & REQUEST_SFENCE) != 0) {
      memoryAccess.flushAll();
    }
    if ((requested & REQUEST_FENCE_I) != 0) {
      memoryAccess.fenceInstructions();
    }
  }

  /** An integer register, 0 to 31. */
  public long register(int number) {
    return x(number);
  }

  /** Sets an integer register; x0 stays zero. */
  public void setRegister(int number, long value) {
    if (number != 0) {
      x(number, value);
    }
  }

  /** The hart's id. */
  public int id() {
    return id;
  }

  /** The supervisor timer's comparator (SBI TIME set_timer, Sstc stimecmp). */
  public void setSupervisorTimeCompare(long ticks) {
    csrs.setSupervisorTimeCompare(ticks);
  }

  /** Where it is, while it does not run. */
  public long programCounter() {
    return pc;
  }

  /** Returns from guest execution by kind. Safe from any thread. */
  public HartExits exits() {
    return exits;
  }

  /** Frees what is outside the heap. The hart does not run any more. */
  public void close() {
    memoryAccess.close();
  }

  // ---- VcpuEngine

  @Override
  public VcpuExit run(long deadlineNs) {
    running = true;
    long chunkBeganNs = 0;
    int executed = 0;
    try {
      while (true) {
        long now = timebase.clock().monotonicNs();
        if (executed > 0) {
          chunk.took(now - chunkBeganNs, executed);
          load.executed(now - chunkBeganNs, now);
        }
        int requested = requests.get();
        if (requested != 0) {
          requested = requests.getAndSet(0);
          serveFences(requested);
          if ((requested & REQUEST_START) != 0) {
            reset(pendingStart);
          }
          if ((requested & REQUEST_PREEMPT) != 0) {
            exits.preempted++;
            return VcpuExit.PREEMPTED;
          }
        }
        if (lifecycle.get() != STARTED) {
          exits.stopped++;
          return VcpuExit.STOPPED;
        }
        seenPending = csrs.pending(takeLines(), timebase.ticksAt(now));
        int pending = seenPending & csrs.enabledInterrupts();
        if (pending != 0) {
          waiting = false;
          csrs.takeInterrupt(pending);
        } else if (waiting) {
          exits.waiting++;
          return VcpuExit.WAITING;
        }
        if (now - deadlineNs >= 0) {
          exits.preempted++;
          return VcpuExit.PREEMPTED;
        }
        chunkBeganNs = now;
        executed = execute(chunk.instructions());
        if (pauses == PAUSES_BEFORE_YIELD) {
          pauses = 0;
          exits.preempted++;
          return VcpuExit.PREEMPTED;
        }
      }
    } finally {
      running = false;
    }
  }

  /**
   * Executes about so many instructions, without a look at interrupts, the clock or requests.
   *
   * @return how many were retired
   */
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // Written by the hart's thread alone.
  int execute(int limit) {
    if (evictions != translator.evictions()) {
      evictions = translator.evictions();
      jumps.clear();
      callee = null;
    }
    int executed = Interpreter.execute(this, limit);
    retiredInChunk = 0;
    retired = retired + executed;
    return executed;
  }

  private void reset(HartStart start) {
    lifecycle.set(STARTED);
    waiting = false;
    csrs.reset(environment != null);
    privilege = start.privilege();
    pc = start.pc();
    x(10, id);
    x(11, start.a1());
    x(12, start.a2());
    memoryAccess.flushAll();
    memoryAccess.contextChanged();
  }

  /** Levels of the lines; a remote software interrupt is taken over into mip. */
  private int takeLines() {
    int levels = lines.get();
    if ((levels & Interrupt.SUPERVISOR_SOFTWARE) != 0) {
      levels = lines.getAndUpdate(l -> l & ~Interrupt.SUPERVISOR_SOFTWARE);
      csrs.raiseSupervisorSoftware();
    }
    return levels & ~Interrupt.SUPERVISOR_SOFTWARE;
  }

  /** The levels of the lines as mip shows them. */
  int lines() {
    return takeLines();
  }

  @Override
  public void preempt() {
    requests.getAndUpdate(r -> r | REQUEST_PREEMPT);
  }

  @Override
  public boolean isRunnable() {
    if (lifecycle.get() != STARTED) {
      return (requests.get() & REQUEST_START) != 0;
    }
    return !waiting
        || (csrs.pending(lines.get(), timebase.ticks()) & csrs.enabledInterrupts()) != 0;
  }

  @Override
  public long timerDeadlineNs() {
    return csrs.nextTimerNs();
  }

  @Override
  public void onWake(Runnable wake) {
    this.wake = wake;
  }

  @Override
  public long retiredInstructions() {
    return retired;
  }

  /** Instructions retired, within the current chunk too; on the hart's own thread. */
  public long retiredInstructionsNow() {
    return retired + retiredInChunk;
  }

  // ---- traps

  /** Takes an exception at {@link #pc}; it becomes the handler's address. */
  void raise(int cause, long value) {
    exits.traps++;
    csrs.takeTrap(cause, value, false);
  }

  /** Whether the environment answers an ECALL from the current mode. */
  boolean answersCalls() {
    return environment != null && privilege == Privilege.SUPERVISOR;
  }

  /**
   * ECALL: the environment answers S-mode if there is one. Returns whether pc was set by a trap.
   */
  boolean environmentCall() {
    SupervisorEnvironment answering = environment;
    if (answering != null && privilege == Privilege.SUPERVISOR) {
      exits.sbi++;
      answering.call(this);
      return false;
    }
    raise(TrapCause.ECALL_FROM_U + privilege, 0);
    return true;
  }

  /**
   * Counts a PAUSE hint. True if there were so many that the hart must be spinning on something
   * that a vCPU without a processor holds: it gives its own up for once.
   */
  boolean spins() {
    return ++pauses == PAUSES_BEFORE_YIELD;
  }

  /**
   * Whether an interrupt is pending and enabled, as far as is known without asking the clock. An
   * expired timer is known from the last look at it: a guest that waits with interrupts off, and
   * lets them in for a few instructions only, must not miss it.
   */
  boolean hasPendingInterrupt() {
    return ((lines.get() | csrs.latchedPending() | seenPending) & csrs.enabledInterrupts()) != 0;
  }
}
