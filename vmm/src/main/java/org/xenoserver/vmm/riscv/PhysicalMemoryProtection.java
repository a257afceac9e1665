package org.xenoserver.vmm.riscv;

/**
 * PMP with 16 entries and a granularity of 4 bytes (privileged manual, section 3.7).
 *
 * <p>Owned by one hart's thread.
 */
final class PhysicalMemoryProtection {
  static final int ENTRIES = 16;

  static final int READ = 1;
  static final int WRITE = 2;
  static final int EXECUTE = 4;
  private static final int LOCKED = 0x80;
  private static final long ADDRESS_MASK = (1L << 54) - 1;

  private static final int OFF = 0;
  private static final int TOR = 1;
  private static final int NA4 = 2;

  private final int[] config = new int[ENTRIES];
  private final long[] address = new long[ENTRIES];

  /** Admits every access: what firmware would set before it starts an operating system. */
  void admitAll() {
    config[0] = READ | WRITE | EXECUTE | 3 << 3;
    address[0] = ADDRESS_MASK;
  }

  /** pmpcfg of an even index: eight entries. */
  long readConfig(int register) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      int entry = register * 4 + i;
      if (entry < ENTRIES) {
        value |= (long) config[entry] << (8 * i);
      }
    }
    return value;
  }

  void writeConfig(int register, long value) {
    for (int i = 0; i < 8; i++) {
      int entry = register * 4 + i;
      if (entry >= ENTRIES || (config[entry] & LOCKED) != 0) {
        continue;
      }
      int byteValue = (int) (value >>> (8 * i)) & 0x9f;
      if ((byteValue & (READ | WRITE)) == WRITE) {
        byteValue &= ~WRITE; // R=0 W=1 is reserved.
      }
      config[entry] = byteValue;
    }
  }

  long readAddress(int entry) {
    return entry < ENTRIES ? address[entry] : 0;
  }

  void writeAddress(int entry, long value) {
    if (entry >= ENTRIES || (config[entry] & LOCKED) != 0) {
      return;
    }
    boolean topOfLockedRange =
        entry + 1 < ENTRIES && (config[entry + 1] & LOCKED) != 0 && mode(config[entry + 1]) == TOR;
    if (!topOfLockedRange) {
      address[entry] = value & ADDRESS_MASK;
    }
  }

  /** Whether an access is admitted; one that an entry covers only in part is not. */
  boolean admits(long physical, long sizeBytes, int access, int privilege) {
    for (int i = 0; i < ENTRIES; i++) {
      if (mode(config[i]) == OFF) {
        continue;
      }
      long start = start(i);
      long end = end(i);
      if (start >= end || physical + sizeBytes <= start || physical >= end) {
        continue;
      }
      if (physical < start || physical + sizeBytes > end) {
        return false;
      }
      if (privilege == Privilege.MACHINE && (config[i] & LOCKED) == 0) {
        return true;
      }
      return (config[i] & access) == access;
    }
    return privilege == Privilege.MACHINE;
  }

  /**
   * Whether all bytes of the page around an address are treated alike, so that it may be cached.
   */
  boolean isUniform(long physical) {
    long page = physical & ~0xfffL;
    for (int i = 0; i < ENTRIES; i++) {
      if (mode(config[i]) == OFF) {
        continue;
      }
      long start = start(i);
      long end = end(i);
      if (page >= start && page + 4096 <= end) {
        return true;
      }
      if (start < end && page < end && page + 4096 > start) {
        return false;
      }
    }
    return true;
  }

  private static int mode(int config) {
    return config >>> 3 & 3;
  }

  private long start(int entry) {
    return switch (mode(config[entry])) {
      case TOR -> entry == 0 ? 0 : address[entry - 1] << 2;
      case NA4 -> address[entry] << 2;
      default -> (address[entry] & (address[entry] + 1)) << 2;
    };
  }

  private long end(int entry) {
    return switch (mode(config[entry])) {
      case TOR -> address[entry] << 2;
      case NA4 -> (address[entry] << 2) + 4;
      default -> ((address[entry] | address[entry] + 1) + 1) << 2;
    };
  }
}
