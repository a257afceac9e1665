package org.xenoserver.vmm.device;

import org.xenoserver.vmm.bus.InterruptLine;
import org.xenoserver.vmm.bus.MmioDevice;
import org.xenoserver.vmm.io.ByteRing;
import org.xenoserver.vmm.io.ByteSink;

/**
 * A National Semiconductor NS16550A serial port with byte registers one apart.
 *
 * <p>A byte stored to the transmitter is on the wire at once, so the transmitter is always empty.
 * Typed input waits in a buffer of the host and is moved to the 16-byte receive FIFO when the guest
 * looks for it, so that a guest that clears the FIFO as it starts does not lose what was typed
 * ahead. A guest that raises DTR but not RTS, with the receive interrupt off, has asked its peer
 * not to send, and gets nothing; Linux does so from when it finds the port until it opens it.
 */
public final class Uart16550 implements MmioDevice {
  /** Bytes of input that wait for the guest; more are refused. */
  public static final int INPUT_CAPACITY_BYTES = 64 << 10;

  /** Length of the device's range on the bus. */
  public static final long RANGE_BYTES = 0x100;

  private static final int DATA = 0;
  private static final int INTERRUPT_ENABLE = 1;
  private static final int INTERRUPT_IDENTITY = 2;
  private static final int LINE_CONTROL = 3;
  private static final int MODEM_CONTROL = 4;
  private static final int LINE_STATUS = 5;
  private static final int MODEM_STATUS = 6;
  private static final int SCRATCH = 7;

  private static final int IER_RECEIVE = 0x01;
  private static final int IER_TRANSMIT = 0x02;
  private static final int IER_LINE_STATUS = 0x04;
  private static final int IER_MASK = 0x0f;

  private static final int IIR_NONE = 0x01;
  private static final int IIR_TRANSMIT = 0x02;
  private static final int IIR_RECEIVE = 0x04;
  private static final int IIR_LINE_STATUS = 0x06;
  private static final int IIR_TIMEOUT = 0x0c;
  private static final int IIR_FIFO_ENABLED = 0xc0;

  private static final int FCR_ENABLE = 0x01;
  private static final int FCR_CLEAR_RECEIVE = 0x02;
  private static final int FCR_CLEAR_TRANSMIT = 0x04;
  private static final int FCR_KEPT = 0xc9;
  private static final int[] TRIGGER_LEVELS = {1, 4, 8, 14};

  private static final int LCR_DIVISOR_LATCH = 0x80;

  private static final int MCR_DTR = 0x01;
  private static final int MCR_RTS = 0x02;
  private static final int MCR_OUT2 = 0x08;
  private static final int MCR_LOOP = 0x10;
  private static final int MCR_MASK = 0x1f;

  private static final int LSR_DATA_READY = 0x01;
  private static final int LSR_OVERRUN = 0x02;
  private static final int LSR_TRANSMITTER_EMPTY = 0x60;

  private static final int MSR_CARRIER_DSR_CTS = 0xb0;

  private final InterruptLine line;
  private final ByteSink sink;

  /** Guards everything below. */
  private final Object registersLock = new Object();

  private final ByteRing input = new ByteRing(INPUT_CAPACITY_BYTES);
  private final ByteRing loopback = new ByteRing(16);
  private final byte[] transmitted = new byte[1];

  /** How many of the first bytes of input the receive FIFO holds. */
  private int arrived;

  /** How many of those the guest has been told of; the others may as well arrive later. */
  private int noticed;

  private int interruptEnable;
  private int fifoControl;
  private int lineControl;
  private int modemControl = MCR_OUT2;
  private int scratch;
  private int divisor = 12;
  private boolean overrun;
  private boolean transmitInterruptPending;
  private boolean asserted;

  /** Makes a port that interrupts through a line and prints to a sink. */
  public Uart16550(InterruptLine line, ByteSink sink) {
    this.line = line;
    this.sink = sink;
  }

  /**
   * Takes input as typed. Safe from any thread.
   *
   * @return how many bytes were taken before the buffer was full
   */
  public int receive(byte[] bytes, int offset, int length) {
    synchronized (registersLock) {
      int taken = input.put(bytes, offset, length);
      updateInterrupt();
      return taken;
    }
  }

  @Override
  public long read(long offset, int sizeBytes) {
    synchronized (registersLock) {
      boolean divisorLatch = (lineControl & LCR_DIVISOR_LATCH) != 0;
      return switch ((int) offset) {
        case DATA -> divisorLatch ? divisor & 0xff : takeReceived();
        case INTERRUPT_ENABLE -> divisorLatch ? divisor >> 8 : interruptEnable;
        case INTERRUPT_IDENTITY -> identifyInterrupt();
        case LINE_CONTROL -> lineControl;
        case MODEM_CONTROL -> modemControl;
        case LINE_STATUS -> lineStatus();
        case MODEM_STATUS -> modemStatus();
        case SCRATCH -> scratch;
        default -> 0;
      };
    }
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    int data = (int) value & 0xff;
    synchronized (registersLock) {
      boolean divisorLatch = (lineControl & LCR_DIVISOR_LATCH) != 0;
      switch ((int) offset) {
        case DATA -> {
          if (divisorLatch) {
            divisor = divisor & 0xff00 | data;
          } else {
            transmit(data);
          }
        }
        case INTERRUPT_ENABLE -> {
          if (divisorLatch) {
            divisor = divisor & 0xff | data << 8;
          } else {
            enableInterrupts(data & IER_MASK);
          }
        }
        case INTERRUPT_IDENTITY -> controlFifo(data);
        case LINE_CONTROL -> lineControl = data;
        case MODEM_CONTROL -> {
          modemControl = data & MCR_MASK;
          if (isPeerToldToStop()) {
            arrived = 0;
            noticed = 0;
          }
          updateInterrupt();
        }
        case SCRATCH -> scratch = data;
        default -> {}
      }
    }
  }

  private void transmit(int data) {
    if ((modemControl & MCR_LOOP) != 0) {
      overrun |= received() >= fifoCapacity() || !loopback.put((byte) data);
    } else {
      transmitted[0] = (byte) data;
      sink.output(transmitted, 0, 1);
    }
    transmitInterruptPending = true;
    updateInterrupt();
  }

  private int takeReceived() {
    feedFifo();
    int data = 0;
    if (loopback.size() > 0) {
      data = loopback.take();
    } else if (arrived > 0) {
      data = input.take();
      arrived--;
      noticed = arrived;
    }
    updateInterrupt();
    return data;
  }

  private void enableInterrupts(int enable) {
    boolean transmitTurnedOn = (enable & ~interruptEnable & IER_TRANSMIT) != 0;
    interruptEnable = enable;
    if (transmitTurnedOn) {
      transmitInterruptPending = true;
    }
    updateInterrupt();
  }

  private int identifyInterrupt() {
    feedFifo();
    int cause = cause();
    if (cause == IIR_RECEIVE || cause == IIR_TIMEOUT) {
      noticed = arrived;
    }
    if (cause == IIR_TRANSMIT) {
      transmitInterruptPending = false;
      updateInterrupt();
    }
    return cause | ((fifoControl & FCR_ENABLE) != 0 ? IIR_FIFO_ENABLED : 0);
  }

  private void controlFifo(int control) {
    boolean toggled = ((control ^ fifoControl) & FCR_ENABLE) != 0;
    if (toggled || (control & FCR_CLEAR_RECEIVE) != 0) {
      loopback.clear();
      input.take(noticed);
      arrived = 0;
      noticed = 0;
    }
    if (toggled || (control & FCR_CLEAR_TRANSMIT) != 0) {
      transmitInterruptPending = true;
    }
    fifoControl = control & FCR_KEPT;
    updateInterrupt();
  }

  private int lineStatus() {
    feedFifo();
    int status = LSR_TRANSMITTER_EMPTY;
    if (received() > 0) {
      status |= LSR_DATA_READY;
      noticed = arrived;
    }
    if (overrun) {
      status |= LSR_OVERRUN;
      overrun = false;
      updateInterrupt();
    }
    return status;
  }

  private int modemStatus() {
    if ((modemControl & MCR_LOOP) == 0) {
      return MSR_CARRIER_DSR_CTS;
    }
    return (modemControl & 0x0c) << 4
        | (modemControl & MCR_RTS) << 3
        | (modemControl & MCR_DTR) << 5;
  }

  private int fifoCapacity() {
    return (fifoControl & FCR_ENABLE) != 0 ? 16 : 1;
  }

  private int received() {
    return loopback.size() + arrived;
  }

  private boolean isPeerToldToStop() {
    return (modemControl & (MCR_DTR | MCR_RTS)) == MCR_DTR && (interruptEnable & IER_RECEIVE) == 0;
  }

  private void feedFifo() {
    if (!isPeerToldToStop() && (modemControl & MCR_LOOP) == 0) {
      int room = fifoCapacity() - loopback.size();
      arrived = Math.max(arrived, Math.min(input.size(), room));
    }
  }

  private int cause() {
    if ((interruptEnable & IER_LINE_STATUS) != 0 && overrun) {
      return IIR_LINE_STATUS;
    }
    if ((interruptEnable & IER_RECEIVE) != 0 && received() > 0) {
      boolean belowTrigger =
          (fifoControl & FCR_ENABLE) != 0 && received() < TRIGGER_LEVELS[fifoControl >> 6];
      return belowTrigger ? IIR_TIMEOUT : IIR_RECEIVE;
    }
    if ((interruptEnable & IER_TRANSMIT) != 0 && transmitInterruptPending) {
      return IIR_TRANSMIT;
    }
    return IIR_NONE;
  }

  private void updateInterrupt() {
    if ((interruptEnable & IER_RECEIVE) != 0) {
      feedFifo();
    }
    boolean wanted = cause() != IIR_NONE;
    if (wanted != asserted) {
      asserted = wanted;
      line.set(wanted);
    }
  }
}
