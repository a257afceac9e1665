package org.xenoserver.vmm.device;

import java.util.List;
import org.xenoserver.vmm.bus.MmioDevice;
import org.xenoserver.vmm.time.Timebase;

/**
 * SiFive's core-local interruptor: a software interrupt and a timer for machine mode of each hart,
 * and the time they share. Registers are accessible as words and as doublewords.
 */
public final class Clint implements MmioDevice {
  /** Length of the device's range on the bus. */
  public static final long RANGE_BYTES = 0x10000;

  private static final long SOFTWARE_INTERRUPT = 0;
  private static final long TIME_COMPARE = 0x4000;
  private static final long TIME = 0xbff8;

  /** What the device drives in one hart. Safe from any thread. */
  public interface HartTimer {
    /** Sets or clears {@code mip.MSIP}. */
    void setMachineSoftwareInterrupt(boolean pending);

    /** Sets the time from which {@code mip.MTIP} is pending, unsigned, in ticks. */
    void setMachineTimeCompare(long ticks);

    /** What was last set; all ones after a reset. */
    long machineTimeCompare();
  }

  private final Timebase timebase;
  private final List<? extends HartTimer> harts;

  /** Guards {@link #softwareInterrupt}, and makes one of the two stores to half a doubleword. */
  private final Object registersLock = new Object();

  private final boolean[] softwareInterrupt;

  /** Makes a device for harts 0 and up, in that order. */
  public Clint(Timebase timebase, List<? extends HartTimer> harts) {
    this.timebase = timebase;
    this.harts = List.copyOf(harts);
    this.softwareInterrupt = new boolean[harts.size()];
  }

  @Override
  public long read(long offset, int sizeBytes) {
    if (sizeBytes < 4 || offset % sizeBytes != 0) {
      return 0;
    }
    if (sizeBytes == 8) {
      return offset < TIME_COMPARE
          ? softwareInterrupt(offset) | softwareInterrupt(offset + 4) << 32
          : readDoubleword(offset);
    }
    if (offset < TIME_COMPARE) {
      return softwareInterrupt(offset);
    }
    return readDoubleword(offset & ~7L) >>> (offset & 4) * 8 & 0xffff_ffffL;
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    if (sizeBytes < 4 || offset % sizeBytes != 0) {
      return;
    }
    synchronized (registersLock) {
      if (offset < TIME_COMPARE) {
        writeSoftwareInterrupt(offset, value);
        if (sizeBytes == 8) {
          writeSoftwareInterrupt(offset + 4, value >>> 32);
        }
      } else if (sizeBytes == 8) {
        writeDoubleword(offset, value);
      } else {
        long register = offset & ~7L;
        long shift = (offset & 4) * 8;
        long kept = readDoubleword(register) & ~(0xffff_ffffL << shift);
        writeDoubleword(register, kept | (value & 0xffff_ffffL) << shift);
      }
    }
  }

  private long softwareInterrupt(long offset) {
    long hart = (offset - SOFTWARE_INTERRUPT) / 4;
    synchronized (registersLock) {
      return hart < harts.size() && softwareInterrupt[(int) hart] ? 1 : 0;
    }
  }

  private void writeSoftwareInterrupt(long offset, long value) {
    long hart = (offset - SOFTWARE_INTERRUPT) / 4;
    if (hart < harts.size()) {
      boolean pending = (value & 1) != 0;
      softwareInterrupt[(int) hart] = pending;
      harts.get((int) hart).setMachineSoftwareInterrupt(pending);
    }
  }

  private long readDoubleword(long register) {
    if (register == TIME) {
      return timebase.ticks();
    }
    long hart = (register - TIME_COMPARE) / 8;
    return hart < harts.size() ? harts.get((int) hart).machineTimeCompare() : 0;
  }

  private void writeDoubleword(long register, long value) {
    if (register == TIME) {
      setTime(value);
      return;
    }
    long hart = (register - TIME_COMPARE) / 8;
    if (hart < harts.size()) {
      harts.get((int) hart).setMachineTimeCompare(value);
    }
  }

  /** Comparators are told again, as a hart that waits has counted on the old time. */
  private void setTime(long ticks) {
    timebase.setTicks(ticks);
    for (HartTimer hart : harts) {
      hart.setMachineTimeCompare(hart.machineTimeCompare());
    }
  }
}
