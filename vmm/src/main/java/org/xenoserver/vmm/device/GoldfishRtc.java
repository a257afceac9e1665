package org.xenoserver.vmm.device;

import org.xenoserver.vmm.bus.InterruptLine;
import org.xenoserver.vmm.bus.MmioDevice;
import org.xenoserver.vmm.io.Alarm;
import org.xenoserver.vmm.time.Clock;

/**
 * The real-time clock of Android's Goldfish board: nanoseconds since 1970, which the guest may set
 * for itself, and an alarm.
 */
public final class GoldfishRtc implements MmioDevice, AutoCloseable {
  /** Length of the device's range on the bus. */
  public static final long RANGE_BYTES = 0x1000;

  private static final int TIME_LOW = 0x00;
  private static final int TIME_HIGH = 0x04;
  private static final int ALARM_LOW = 0x08;
  private static final int ALARM_HIGH = 0x0c;
  private static final int INTERRUPT_ENABLED = 0x10;
  private static final int CLEAR_ALARM = 0x14;
  private static final int ALARM_STATUS = 0x18;
  private static final int CLEAR_INTERRUPT = 0x1c;

  /**
   * An alarm further away is looked at again then, as the host's wall clock may be set meanwhile.
   */
  private static final long LONGEST_WAIT_NS = 3_600_000_000_000L;

  private final Clock clock;
  private final InterruptLine line;
  private final Alarm alarm;

  /** Guards everything below. */
  private final Object registersLock = new Object();

  private long offsetNs;
  private int latchedTimeHigh;
  private long alarmNs;
  private boolean alarmRunning;
  private boolean interruptPending;
  private boolean interruptEnabled;

  /** Makes a clock that shows the host's wall time until the guest sets it. */
  public GoldfishRtc(Clock clock, InterruptLine line, Alarm alarm) {
    this.clock = clock;
    this.line = line;
    this.alarm = alarm;
  }

  @Override
  public long read(long offset, int sizeBytes) {
    if (sizeBytes != 4) {
      return 0;
    }
    synchronized (registersLock) {
      return switch ((int) offset) {
        case TIME_LOW -> {
          long now = nowNs();
          latchedTimeHigh = (int) (now >>> 32);
          yield now & 0xffff_ffffL;
        }
        case TIME_HIGH -> Integer.toUnsignedLong(latchedTimeHigh);
        case ALARM_LOW -> alarmNs & 0xffff_ffffL;
        case ALARM_HIGH -> alarmNs >>> 32;
        case INTERRUPT_ENABLED -> interruptEnabled ? 1 : 0;
        case ALARM_STATUS -> alarmRunning ? 1 : 0;
        default -> 0;
      };
    }
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    if (sizeBytes != 4) {
      return;
    }
    synchronized (registersLock) {
      switch ((int) offset) {
        case TIME_LOW -> setTime(withLow(nowNs(), value));
        case TIME_HIGH -> setTime(withHigh(nowNs(), value));
        case ALARM_LOW -> {
          alarmNs = withLow(alarmNs, value);
          alarmRunning = true;
          checkAlarm();
        }
        case ALARM_HIGH -> alarmNs = withHigh(alarmNs, value);
        case INTERRUPT_ENABLED -> interruptEnabled = (value & 1) != 0;
        case CLEAR_ALARM -> cancelAlarm();
        case CLEAR_INTERRUPT -> interruptPending = false;
        default -> {}
      }
      line.set(interruptPending && interruptEnabled);
    }
  }

  /** Forgets the alarm, so that nothing holds on to the machine. Idempotent. */
  @Override
  public void close() {
    synchronized (registersLock) {
      cancelAlarm();
    }
  }

  private void cancelAlarm() {
    alarmRunning = false;
    alarm.schedule(Long.MAX_VALUE, () -> {});
  }

  private static long withLow(long time, long value) {
    return time & ~0xffff_ffffL | value & 0xffff_ffffL;
  }

  private static long withHigh(long time, long value) {
    return time & 0xffff_ffffL | value << 32;
  }

  private long nowNs() {
    return clock.wallNs() + offsetNs;
  }

  private void setTime(long timeNs) {
    offsetNs += timeNs - nowNs();
    checkAlarm();
  }

  private void checkAlarm() {
    if (!alarmRunning) {
      return;
    }
    long remainingNs = alarmNs - nowNs();
    if (remainingNs <= 0) {
      alarmRunning = false;
      interruptPending = true;
    } else {
      long waitNs = Math.min(remainingNs, LONGEST_WAIT_NS);
      alarm.schedule(clock.monotonicNs() + waitNs, this::alarmDue);
    }
  }

  /** The guest may have moved the alarm or the time since it was scheduled. */
  private void alarmDue() {
    synchronized (registersLock) {
      checkAlarm();
      line.set(interruptPending && interruptEnabled);
    }
  }
}
