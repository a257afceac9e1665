package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.bus.SystemBus;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * How one hart reaches data in memory: the cached translations of its current context, and what
 * happens when an access misses them (translation, devices, misaligned and page-crossing accesses,
 * faults).
 *
 * <p>A method that fails leaves the exception in {@link #fault} and {@link #faultAddress}. Owned by
 * the hart's thread.
 */
final class MemoryAccess {
  private static final int BANKS = 8;

  /** What is given in place of an address after a fault. */
  static final long NO_ADDRESS = -1;

  private final Hart hart;
  private final PageTableWalk walker;
  private final TranslationBank machineBank = new TranslationBank(BANKS, this::nameFetchContext);
  private final TranslationBank[] banks = new TranslationBank[BANKS];

  private TranslationBank dataBank = machineBank;
  private TranslationBank current;
  private int dataKind;
  private int dataPrivilege = Privilege.MACHINE;
  private long uses;
  private long watchedPage = NO_ADDRESS;
  private long watchedHost = NO_ADDRESS;
  private Runnable watcher = () -> {};

  /** Tables of the current context, for the interpreter's fast path. */
  long loadTable;

  long storeTable;

  /**
   * The first addend of {@link #loadTable}: in a field of its own, so that the JVM adds what
   * chooses the entry to it where it loads, and not before.
   */
  long loadAddends;

  /** The bank that code is fetched through. */
  TranslationBank fetchBank = machineBank;

  /** What stores are made by. */
  final StoreTranslations stores;

  /** The pages that code was fetched from. */
  final FetchedPages fetched;

  /** The exception of the access that failed, or {@link TrapCause#NONE}. */
  int fault = TrapCause.NONE;

  long faultAddress;

  /** The reservation of LR: which address and size, and what was loaded from there. */
  long reservation;

  long reservedValue;

  MemoryAccess(Hart hart) {
    this.hart = hart;
    this.walker = new PageTableWalk(hart.memory, hart.csrs.protection, this::beforeEntryChange);
    this.stores = new StoreTranslations(hart);
    this.fetched = new FetchedPages(hart.codePages);
    for (int i = 0; i < BANKS; i++) {
      banks[i] = new TranslationBank(i, this::nameFetchContext);
    }
    this.current = banks[0];
  }

  void watch(long physical, Runnable stored) {
    watchedPage = physical >>> 12;
    watchedHost = hart.memory.hostAddress(physical);
    watcher = stored;
  }

  /** Tells the watcher of a store to RAM. */
  void stored(long host, int sizeBytes) {
    if (host <= watchedHost && watchedHost < host + sizeBytes) {
      watcher.run();
    }
  }

  // ---- context

  /** Privilege, satp, SUM, MPRV or MPP changed. */
  void contextChanged() {
    int privilege = hart.privilege;
    dataPrivilege = hart.csrs.dataPrivilege();
    if (privilege != Privilege.MACHINE || dataPrivilege != Privilege.MACHINE) {
      if (current.satp != hart.csrs.satp) {
        current = bankFor(hart.csrs.satp);
      }
    }
    fetchBank = privilege == Privilege.MACHINE ? machineBank : current;
    dataBank = dataPrivilege == Privilege.MACHINE ? machineBank : current;
    dataKind =
        dataPrivilege == Privilege.USER
            ? TranslationBank.USER
            : (hart.csrs.status & Csr.STATUS_SUM) != 0
                ? TranslationBank.SUPERVISOR_USER_MEMORY
                : TranslationBank.SUPERVISOR;
    dataBank.use();
    loadTable = dataBank.loadTable(dataKind);
    storeTable = dataBank.storeTable(dataKind);
    loadAddends = loadTable + DataTables.ADDEND;
    nameFetchContext();
  }

  private void nameFetchContext() {
    int user = hart.privilege == Privilege.USER ? 1 : 0;
    hart.fetchContext = fetchBank.fetchEpoch() << 1 | user;
  }

  private TranslationBank bankFor(long satp) {
    TranslationBank oldest = banks[0];
    for (TranslationBank bank : banks) {
      if (bank.satp == satp) {
        bank.lastUsed = ++uses;
        return bank;
      }
      if (bank.lastUsed < oldest.lastUsed) {
        oldest = bank;
      }
    }
    oldest.flush();
    oldest.satp = satp;
    oldest.lastUsed = ++uses;
    return oldest;
  }

  void flushAll() {
    machineBank.flush();
    for (TranslationBank bank : banks) {
      bank.flush();
    }
  }

  /** FENCE.I: code that may have changed is looked at again. */
  void fenceInstructions() {
    if (fetched.mayHaveChanged()) {
      machineBank.flushFetch();
      for (TranslationBank bank : banks) {
        bank.flushFetch();
      }
    }
  }

  /** SFENCE.VMA of one page in every address space. */
  void flushPage(long virtual) {
    for (TranslationBank bank : banks) {
      bank.flush(virtual);
    }
  }

  /** SFENCE.VMA of one address space. */
  void flushAddressSpace(int asid) {
    for (TranslationBank bank : banks) {
      if ((int) (bank.satp >>> 44 & 0xffff) == asid) {
        bank.flush();
      }
    }
  }

  // ---- translation

  /**
   * Translates an address.
   *
   * @param access of {@link PageTableWalk}
   * @return the physical address, or {@link #NO_ADDRESS} with the fault noted
   */
  long translate(long virtual, int access, int privilege) {
    return translate(virtual, access, privilege, (hart.csrs.menvcfg & Csr.ENVCFG_ADUE) != 0);
  }

  /**
   * As {@link #translate(long, int, int)}.
   *
   * @param update whether the A and D bits of an entry are set where needed; else they must be
   */
  long translate(long virtual, int access, int privilege, boolean update) {
    ControlStatusRegisters csrs = hart.csrs;
    walker.pageBytes = CodePage.BYTES;
    if (privilege == Privilege.MACHINE || csrs.satp >>> 60 == PageTableWalk.MODE_BARE) {
      if (virtual >>> 56 != 0) {
        return refuse(TrapCause.FETCH_ACCESS_FAULT, access, virtual);
      }
      return virtual;
    }
    long physical = walker.walk(csrs.satp, virtual, access, privilege, csrs.status, update);
    if (physical == PageTableWalk.PAGE_FAULT) {
      return refuse(TrapCause.FETCH_PAGE_FAULT, access, virtual);
    }
    if (physical == PageTableWalk.ACCESS_FAULT) {
      return refuse(TrapCause.FETCH_ACCESS_FAULT, access, virtual);
    }
    return physical;
  }

  /** The size of the page that the translation last made is part of. */
  long translatedPageBytes() {
    return walker.pageBytes;
  }

  /** Notes a fault, given by its fetch variant; {@link #NO_ADDRESS}. */
  long refuse(int fetchCause, int access, long virtual) {
    boolean pageFault = fetchCause == TrapCause.FETCH_PAGE_FAULT;
    fault =
        switch (access) {
          case PageTableWalk.LOAD ->
              pageFault ? TrapCause.LOAD_PAGE_FAULT : TrapCause.LOAD_ACCESS_FAULT;
          case PageTableWalk.STORE ->
              pageFault ? TrapCause.STORE_PAGE_FAULT : TrapCause.STORE_ACCESS_FAULT;
          default -> fetchCause;
        };
    faultAddress = virtual;
    return NO_ADDRESS;
  }

  /**
   * Translates a data access that lies within one page, checks PMP, and caches the translation if
   * it leads to RAM.
   */
  private long translateData(long virtual, int sizeBytes, int access) {
    long physical = translate(virtual, access, dataPrivilege);
    if (physical == NO_ADDRESS) {
      return NO_ADDRESS;
    }
    boolean store = access == PageTableWalk.STORE;
    PhysicalMemoryProtection protection = hart.csrs.protection;
    int needed = store ? PhysicalMemoryProtection.WRITE : PhysicalMemoryProtection.READ;
    if (!protection.admits(physical, sizeBytes, needed, dataPrivilege)) {
      return refuse(TrapCause.FETCH_ACCESS_FAULT, access, virtual);
    }
    if (hart.memory.contains(physical, sizeBytes)) {
      boolean kept = protection.isUniform(physical) && !(store && physical >>> 12 == watchedPage);
      if (store) {
        long entry =
            kept ? stores.entry(dataBank.entry(dataKind, true, virtual)) : PageWrites.NOT_KEPT;
        hart.codePages.openForStores(physical, entry, stores);
      }
      if (kept) {
        long addend = hart.memory.hostAddress(physical) - virtual;
        dataBank.fill(dataKind, store, virtual, addend, walker.pageBytes);
      }
    }
    return physical;
  }

  private void beforeEntryChange(long physical) {
    if (hart.codePages.isWatched(hart.codePages.number(physical))) {
      hart.codePages.openForStores(physical, PageWrites.NOT_KEPT, stores);
    }
  }

  // ---- loads and stores from outside the main loop

  /** A load that tries the cached translations first; look at {@link #fault}. */
  long loadCached(long virtual, int sizeBytes) {
    long host = cached(loadTable, virtual, sizeBytes);
    if (host == NO_ADDRESS) {
      return load(virtual, sizeBytes);
    }
    return sizeBytes == 8 ? RawMemory.getLong(host) : RawMemory.getInt(host) & 0xffffffffL;
  }

  /** A store of 4 or 8 bytes that tries the cached translations first; look at {@link #fault}. */
  void storeCached(long virtual, int sizeBytes, long value) {
    long host = cached(storeTable, virtual, sizeBytes);
    if (host == NO_ADDRESS) {
      store(virtual, sizeBytes, value);
    } else if (sizeBytes == 8) {
      RawMemory.putLong(host, value);
    } else {
      RawMemory.putInt(host, (int) value);
    }
  }

  private static long cached(long table, long virtual, int sizeBytes) {
    long entry = table + (virtual >>> TranslationBank.INDEX_SHIFT & TranslationBank.INDEX_MASK);
    long tag = virtual & (TranslationBank.PAGE_MASK | sizeBytes - 1);
    return RawMemory.getLong(entry) == tag ? virtual + RawMemory.getLong(entry + 8) : NO_ADDRESS;
  }

  // ---- loads and stores that missed

  private static boolean crossesPage(long virtual, int sizeBytes) {
    return (virtual & 0xfff) + sizeBytes > 4096;
  }

  /**
   * Where in RAM an access lies that is within one page, or -1 with the fault noted; no device
   * takes it.
   */
  private long ramAddress(long virtual, int sizeBytes, int access) {
    long physical = translateData(virtual, sizeBytes, access);
    if (physical == NO_ADDRESS) {
      return NO_ADDRESS;
    }
    if (!hart.memory.contains(physical, sizeBytes)) {
      return refuse(TrapCause.FETCH_ACCESS_FAULT, access, virtual);
    }
    return hart.memory.hostAddress(physical);
  }

  /** A load of 1, 2, 4 or 8 bytes, zero-extended; look at {@link #fault}. */
  long load(long virtual, int sizeBytes) {
    if (!crossesPage(virtual, sizeBytes)) {
      return loadWithin(virtual, sizeBytes);
    }
    int first = (int) (4096 - (virtual & 0xfff));
    long low = ramAddress(virtual, first, PageTableWalk.LOAD);
    if (low == NO_ADDRESS) {
      return 0;
    }
    long high = ramAddress(virtual + first, sizeBytes - first, PageTableWalk.LOAD);
    return high == NO_ADDRESS
        ? 0
        : loadBytes(low, first) | loadBytes(high, sizeBytes - first) << (8 * first);
  }

  private long loadWithin(long virtual, int sizeBytes) {
    long physical = translateData(virtual, sizeBytes, PageTableWalk.LOAD);
    if (physical == NO_ADDRESS) {
      return 0;
    }
    if (hart.memory.contains(physical, sizeBytes)) {
      long host = hart.memory.hostAddress(physical);
      return switch (sizeBytes) {
        case 1 -> RawMemory.getByte(host) & 0xffL;
        case 2 -> RawMemory.getShort(host) & 0xffffL;
        case 4 -> RawMemory.getInt(host) & 0xffffffffL;
        case 8 -> RawMemory.getLong(host);
        default -> loadBytes(host, sizeBytes);
      };
    }
    SystemBus.Range range = device(physical, sizeBytes);
    if (range == null) {
      refuse(TrapCause.FETCH_ACCESS_FAULT, PageTableWalk.LOAD, virtual);
      return 0;
    }
    hart.exits.mmio++;
    return range.device().read(physical - range.base(), sizeBytes);
  }

  private static long loadBytes(long host, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (RawMemory.getByte(host + i) & 0xffL) << (8 * i);
    }
    return value;
  }

  private SystemBus.@Nullable Range device(long physical, int sizeBytes) {
    boolean aligned = Integer.bitCount(sizeBytes) == 1 && (physical & sizeBytes - 1) == 0;
    return aligned ? hart.bus.find(physical, sizeBytes) : null;
  }

  /** A store of 1, 2, 4 or 8 bytes; look at {@link #fault}. Nothing is written if it fails. */
  void store(long virtual, int sizeBytes, long value) {
    if (!crossesPage(virtual, sizeBytes)) {
      storeWithin(virtual, sizeBytes, value);
      return;
    }
    int first = (int) (4096 - (virtual & 0xfff));
    long low = ramAddress(virtual, first, PageTableWalk.STORE);
    if (low == NO_ADDRESS) {
      return;
    }
    long high = ramAddress(virtual + first, sizeBytes - first, PageTableWalk.STORE);
    if (high == NO_ADDRESS) {
      return;
    }
    storeBytes(low, first, value);
    storeBytes(high, sizeBytes - first, value >>> (8 * first));
    stored(low, first);
    stored(high, sizeBytes - first);
  }

  private void storeWithin(long virtual, int sizeBytes, long value) {
    long physical = translateData(virtual, sizeBytes, PageTableWalk.STORE);
    if (physical == NO_ADDRESS) {
      return;
    }
    if (hart.memory.contains(physical, sizeBytes)) {
      long host = hart.memory.hostAddress(physical);
      switch (sizeBytes) {
        case 1 -> RawMemory.putByte(host, (byte) value);
        case 2 -> RawMemory.putShort(host, (short) value);
        case 4 -> RawMemory.putInt(host, (int) value);
        case 8 -> RawMemory.putLong(host, value);
        default -> storeBytes(host, sizeBytes, value);
      }
      stored(host, sizeBytes);
      return;
    }
    SystemBus.Range range = device(physical, sizeBytes);
    if (range == null) {
      refuse(TrapCause.FETCH_ACCESS_FAULT, PageTableWalk.STORE, virtual);
      return;
    }
    hart.exits.mmio++;
    long mask = sizeBytes == 8 ? -1 : (1L << (8 * sizeBytes)) - 1;
    range.device().write(physical - range.base(), sizeBytes, value & mask);
  }

  private static void storeBytes(long host, int count, long value) {
    for (int i = 0; i < count; i++) {
      RawMemory.putByte(host + i, (byte) (value >>> (8 * i)));
    }
  }

  // ---- atomics

  /**
   * The host address of an aligned access that must be to RAM, or -1 with the fault noted.
   *
   * @param access {@link PageTableWalk#LOAD} for LR, {@link PageTableWalk#STORE} for SC and AMOs
   */
  long atomicAddress(long virtual, int sizeBytes, int access) {
    if ((virtual & sizeBytes - 1) != 0) {
      fault = access == PageTableWalk.LOAD ? TrapCause.LOAD_MISALIGNED : TrapCause.STORE_MISALIGNED;
      faultAddress = virtual;
      return NO_ADDRESS;
    }
    long table = access == PageTableWalk.LOAD ? loadTable : storeTable;
    long cached = cached(table, virtual, sizeBytes);
    return cached != NO_ADDRESS ? cached : ramAddress(virtual, sizeBytes, access);
  }

  /** Raises the noted fault at pc. */
  void raiseFault() {
    int cause = fault;
    fault = TrapCause.NONE;
    hart.raise(cause, faultAddress);
  }

  void close() {
    machineBank.close();
    for (TranslationBank bank : banks) {
      bank.close();
    }
  }
}
