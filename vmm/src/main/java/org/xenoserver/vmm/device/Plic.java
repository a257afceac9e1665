package org.xenoserver.vmm.device;

import java.util.List;
import org.xenoserver.vmm.bus.InterruptLine;
import org.xenoserver.vmm.bus.MmioDevice;

/**
 * The platform-level interrupt controller, as the RISC-V PLIC specification 1.0.0 lays out its
 * registers and as SiFive made it: 95 level-triggered sources, priorities 0 (never) to 7.
 *
 * <p>Context 2n is machine mode of hart n, context 2n + 1 its supervisor mode. A source is pending
 * while its wire is high and no context has it claimed; a wire that is still high on completion is
 * therefore pending again.
 */
public final class Plic implements MmioDevice {
  /** Sources are numbered 1 to this. */
  public static final int SOURCES = 95;

  /** Length of the device's range on the bus. */
  public static final long RANGE_BYTES = 0x600000;

  private static final int WORDS = (SOURCES + 32) / 32;
  private static final int PRIORITY_MASK = 7;

  private static final long PENDING = 0x1000;
  private static final long ENABLE = 0x2000;
  private static final long ENABLE_STRIDE = 0x80;
  private static final long CONTEXT = 0x200000;
  private static final long CONTEXT_STRIDE = 0x1000;
  private static final long THRESHOLD = 0;
  private static final long CLAIM_COMPLETE = 4;

  private final Context[] contexts;

  /** Guards everything below, and the state of the contexts. */
  private final Object gatewayLock = new Object();

  private final int[] priority = new int[SOURCES + 1];
  private final int[] level = new int[WORDS];
  private final int[] claimed = new int[WORDS];

  /**
   * Makes a controller.
   *
   * @param contexts the external interrupt wire of each context, in the order of the contexts
   */
  public Plic(List<? extends InterruptLine> contexts) {
    this.contexts = contexts.stream().map(Context::new).toArray(Context[]::new);
  }

  /**
   * The wire of a source.
   *
   * @param irq 1 to {@link #SOURCES}
   */
  public InterruptLine source(int irq) {
    if (irq < 1 || irq > SOURCES) {
      throw new IllegalArgumentException(
          "interrupt source %d is not within 1 to %d".formatted(irq, SOURCES));
    }
    int word = irq / 32;
    int bit = 1 << irq;
    return asserted -> {
      synchronized (gatewayLock) {
        if (((level[word] & bit) != 0) != asserted) {
          level[word] ^= bit;
          updateContexts();
        }
      }
    };
  }

  @Override
  public long read(long offset, int sizeBytes) {
    if (sizeBytes != 4 || (offset & 3) != 0) {
      return 0;
    }
    synchronized (gatewayLock) {
      return Integer.toUnsignedLong(readWord(offset));
    }
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    if (sizeBytes != 4 || (offset & 3) != 0) {
      return;
    }
    synchronized (gatewayLock) {
      writeWord(offset, (int) value);
      updateContexts();
    }
  }

  private int readWord(long offset) {
    if (offset < PENDING) {
      long irq = offset / 4;
      return irq <= SOURCES ? priority[(int) irq] : 0;
    }
    if (offset < ENABLE) {
      long word = (offset - PENDING) / 4;
      return word < WORDS ? pending((int) word) : 0;
    }
    if (offset < CONTEXT) {
      long context = (offset - ENABLE) / ENABLE_STRIDE;
      long word = (offset - ENABLE) % ENABLE_STRIDE / 4;
      return context < contexts.length && word < WORDS
          ? contexts[(int) context].enabled[(int) word]
          : 0;
    }
    long context = (offset - CONTEXT) / CONTEXT_STRIDE;
    if (context >= contexts.length) {
      return 0;
    }
    long register = (offset - CONTEXT) % CONTEXT_STRIDE;
    if (register == THRESHOLD) {
      return contexts[(int) context].threshold;
    }
    return register == CLAIM_COMPLETE ? claim(contexts[(int) context]) : 0;
  }

  private void writeWord(long offset, int value) {
    if (offset < PENDING) {
      long irq = offset / 4;
      if (irq >= 1 && irq <= SOURCES) {
        priority[(int) irq] = value & PRIORITY_MASK;
      }
    } else if (offset >= ENABLE && offset < CONTEXT) {
      long context = (offset - ENABLE) / ENABLE_STRIDE;
      long word = (offset - ENABLE) % ENABLE_STRIDE / 4;
      if (context < contexts.length && word < WORDS) {
        contexts[(int) context].enabled[(int) word] = word == 0 ? value & ~1 : value;
      }
    } else if (offset >= CONTEXT) {
      long context = (offset - CONTEXT) / CONTEXT_STRIDE;
      long register = (offset - CONTEXT) % CONTEXT_STRIDE;
      if (context >= contexts.length) {
        return;
      }
      if (register == THRESHOLD) {
        contexts[(int) context].threshold = value & PRIORITY_MASK;
      } else if (register == CLAIM_COMPLETE) {
        complete(contexts[(int) context], value);
      }
    }
  }

  private int pending(int word) {
    return level[word] & ~claimed[word];
  }

  /** The threshold does not matter to a claim (section 9). */
  private int claim(Context context) {
    int irq = best(context);
    if (irq != 0) {
      claimed[irq / 32] |= 1 << irq;
      updateContexts();
    }
    return irq;
  }

  private void complete(Context context, int irq) {
    boolean known = irq >= 1 && irq <= SOURCES;
    if (known && (context.enabled[irq / 32] & 1 << irq) != 0) {
      claimed[irq / 32] &= ~(1 << irq);
    }
  }

  /**
   * The pending and enabled source of highest priority, of those the lowest; 0 if there is none.
   */
  private int best(Context context) {
    int best = 0;
    for (int word = 0; word < WORDS; word++) {
      int candidates = pending(word) & context.enabled[word];
      while (candidates != 0) {
        int irq = word * 32 + Integer.numberOfTrailingZeros(candidates);
        if (priority[irq] > priority[best]) {
          best = irq;
        }
        candidates &= candidates - 1;
      }
    }
    return best;
  }

  private void updateContexts() {
    for (Context context : contexts) {
      boolean wanted = priority[best(context)] > context.threshold;
      if (wanted != context.asserted) {
        context.asserted = wanted;
        context.line.set(wanted);
      }
    }
  }

  private static final class Context {
    private final InterruptLine line;
    private final int[] enabled = new int[WORDS];
    private int threshold;
    private boolean asserted;

    Context(InterruptLine line) {
      this.line = line;
    }
  }
}
