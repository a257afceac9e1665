package org.xenoserver.vmm.riscv.translator;

/**
 * Raw memory access as a region's code writes it: by the JDK's internal class where the launcher
 * exports it, which the JVM compiles at once to an instruction, else by the public one, which it
 * must inline first.
 */
final class HostUnsafe {
  private static final boolean INTERNAL =
      Object.class.getModule().isExported("jdk.internal.misc", HostUnsafe.class.getModule());

  static final String OWNER = INTERNAL ? "jdk/internal/misc/Unsafe" : "sun/misc/Unsafe";
  private static final String RAW_MEMORY = "org/xenoserver/vmm/memory/RawMemory";
  private static final int GETSTATIC = 178;

  private HostUnsafe() {}

  /**
   * Has the loader of regions meet the class: in code compiled before, each access is a call out of
   * Java.
   */
  static void load() {
    try {
      Class.forName(OWNER.replace('/', '.'));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pushes the instance. */
  static void push(ClassBytes code) {
    if (INTERNAL) {
      code.invoke(Bytecode.INVOKESTATIC, OWNER, "getUnsafe", "()L" + OWNER + ";");
    } else {
      code.field(GETSTATIC, RAW_MEMORY, "UNSAFE", "L" + OWNER + ";");
    }
  }

  /** Whether {@link #get} and {@link #put} take a null between the instance and an address. */
  static boolean takesNull() {
    return INTERNAL;
  }

  /** Loads; the receiver and an address are on the stack. */
  static void get(ClassBytes code, String type, String descriptor) {
    code.invoke(
        Bytecode.INVOKEVIRTUAL,
        OWNER,
        "get" + type,
        (INTERNAL ? "(Ljava/lang/Object;J)" : "(J)") + descriptor);
  }

  /** Stores; the receiver, an address and a value are on the stack. */
  static void put(ClassBytes code, String type, String descriptor) {
    code.invoke(
        Bytecode.INVOKEVIRTUAL,
        OWNER,
        "put" + type,
        (INTERNAL ? "(Ljava/lang/Object;J" : "(J") + descriptor + ")V");
  }

  /** Loads from an element of an array; the instance, the array and its offset are on the stack. */
  static void getElement(ClassBytes code, String type, String descriptor) {
    code.invoke(Bytecode.INVOKEVIRTUAL, OWNER, "get" + type, "(Ljava/lang/Object;J)" + descriptor);
  }

  /**
   * Stores to an element of an array; the instance, the array, its offset and a value are there.
   */
  static void putElement(ClassBytes code, String type, String descriptor) {
    code.invoke(
        Bytecode.INVOKEVIRTUAL, OWNER, "put" + type, "(Ljava/lang/Object;J" + descriptor + ")V");
  }

  /** A fence: {@code loadFence}, {@code storeFence} or {@code fullFence}. */
  static void fence(ClassBytes code, String name) {
    code.local(Bytecode.ALOAD, RegionFrame.UNSAFE);
    code.invoke(Bytecode.INVOKEVIRTUAL, OWNER, name, "()V");
  }
}
