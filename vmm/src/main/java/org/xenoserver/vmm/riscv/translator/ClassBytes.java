package org.xenoserver.vmm.riscv.translator;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the class file of a region: one class with one method, whose local variables have the same
 * types at every label.
 *
 * <p>Much smaller and faster than a general class-file library, which matters while a guest boots.
 * Format: The Java Virtual Machine Specification, chapter 4.
 */
final class ClassBytes {
  private static final int MAGIC = 0xcafebabe;
  private static final int JAVA_21 = 65;
  private static final int PUBLIC_FINAL_SUPER = 0x31;
  private static final int PROTECTED_FINAL = 0x14;
  private static final int MOST_CODE_BYTES = 32_000;

  private final ByteArrayOutputStream poolBytes = new ByteArrayOutputStream(1024);
  private final DataOutputStream pool = new DataOutputStream(poolBytes);
  private final Map<Object, Integer> constants = new HashMap<>();
  private int constantCount = 1;

  private byte[] code = new byte[4096];
  private int size;
  private final List<Label> framed = new ArrayList<>();
  private final List<Jump> jumps = new ArrayList<>();

  /** A place in the code. */
  static final class Label {
    private int position = -1;
    private boolean used;

    /** Whether something jumps there. */
    boolean isUsed() {
      return used;
    }
  }

  private record Jump(int from, int at, int bytes, Label to) {}

  /** That a method would be longer than a branch can reach. */
  static final class TooLong extends RuntimeException {
    TooLong() {
      super(null, null, false, false);
    }
  }

  // ---- constants

  private interface Body {
    void write(DataOutputStream to) throws IOException;
  }

  private int constant(Object key, int slots, Body body) {
    Integer known = constants.get(key);
    if (known != null) {
      return known;
    }
    int index = constantCount;
    constantCount += slots;
    constants.put(key, index);
    try {
      body.write(pool);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return index;
  }

  private int utf8(String text) {
    return constant(
        "u" + text,
        1,
        to -> {
          to.writeByte(1);
          to.writeUTF(text);
        });
  }

  private int type(String name) {
    int utf8 = utf8(name);
    return constant(
        "c" + name,
        1,
        to -> {
          to.writeByte(7);
          to.writeShort(utf8);
        });
  }

  private record Member(int tag, String owner, String name, String descriptor) {}

  private int member(int tag, String owner, String name, String descriptor) {
    Member member = new Member(tag, owner, name, descriptor);
    Integer known = constants.get(member);
    if (known != null) {
      return known;
    }
    int ownerIndex = type(owner);
    int nameIndex = utf8(name);
    int descriptorIndex = utf8(descriptor);
    int nameAndType =
        constant(
            "n" + name + ' ' + descriptor,
            1,
            to -> {
              to.writeByte(12);
              to.writeShort(nameIndex);
              to.writeShort(descriptorIndex);
            });
    return constant(
        member,
        1,
        to -> {
          to.writeByte(tag);
          to.writeShort(ownerIndex);
          to.writeShort(nameAndType);
        });
  }

  // ---- code

  private void put(int value) {
    if (size == code.length) {
      if (size >= MOST_CODE_BYTES) {
        throw new TooLong();
      }
      code = java.util.Arrays.copyOf(code, 2 * size);
    }
    code[size++] = (byte) value;
  }

  private void putShort(int value) {
    put(value >> 8);
    put(value);
  }

  private void putInt(int value) {
    putShort(value >> 16);
    putShort(value);
  }

  /** An instruction without operands. */
  void op(int opcode) {
    put(opcode);
  }

  /** A load or store of a local variable. */
  void local(int opcode, int slot) {
    if (slot > 255) {
      put(Bytecode.WIDE);
      put(opcode);
      putShort(slot);
    } else {
      put(opcode);
      put(slot);
    }
  }

  /** Adds to an int variable. */
  void increment(int slot, int by) {
    if (by == 0) {
      return;
    }
    if (slot > 255 || by < Byte.MIN_VALUE || by > Byte.MAX_VALUE) {
      put(Bytecode.WIDE);
      put(Bytecode.IINC);
      putShort(slot);
      putShort(by);
    } else {
      put(Bytecode.IINC);
      put(slot);
      put(by);
    }
  }

  /** Pushes an int. */
  void pushInt(int value) {
    if (value >= -1 && value <= 5) {
      put(Bytecode.ICONST_0 + value);
    } else if (value == (byte) value) {
      put(Bytecode.BIPUSH);
      put(value);
    } else if (value == (short) value) {
      put(Bytecode.SIPUSH);
      putShort(value);
    } else {
      put(Bytecode.LDC_W);
      putShort(
          constant(
              value,
              1,
              to -> {
                to.writeByte(3);
                to.writeInt(value);
              }));
    }
  }

  /** Pushes a long. */
  void pushLong(long value) {
    if (value == 0 || value == 1) {
      put(Bytecode.LCONST_0 + (int) value);
    } else if (value == (short) value) {
      pushInt((int) value);
      put(Bytecode.I2L);
    } else {
      put(Bytecode.LDC2_W);
      putShort(
          constant(
              value,
              2,
              to -> {
                to.writeByte(5);
                to.writeLong(value);
              }));
    }
  }

  /** Pushes a double. */
  void pushDouble(double value) {
    put(Bytecode.LDC2_W);
    putShort(
        constant(
            value,
            2,
            to -> {
              to.writeByte(6);
              to.writeDouble(value);
            }));
  }

  /** Pushes a float. */
  void pushFloat(float value) {
    put(Bytecode.LDC_W);
    putShort(
        constant(
            value,
            1,
            to -> {
              to.writeByte(4);
              to.writeFloat(value);
            }));
  }

  /** Gets or puts a field. */
  void field(int opcode, String owner, String name, String descriptor) {
    put(opcode);
    putShort(member(9, owner, name, descriptor));
  }

  /** Calls a method. */
  void invoke(int opcode, String owner, String name, String descriptor) {
    put(opcode);
    putShort(member(10, owner, name, descriptor));
  }

  /** A conditional or unconditional branch. */
  void jump(int opcode, Label to) {
    int from = size;
    put(opcode);
    jumps.add(new Jump(from, size, 2, to));
    to.used = true;
    putShort(0);
  }

  /** Jumps to the label an int selects, counted from the first. */
  void tableSwitch(Label otherwise, int first, List<Label> labels) {
    int from = size;
    put(Bytecode.TABLESWITCH);
    while (size % 4 != 0) {
      put(0);
    }
    target(from, otherwise);
    putInt(first);
    putInt(first + labels.size() - 1);
    for (Label label : labels) {
      target(from, label);
    }
  }

  /** Jumps to the label of the key an int equals; the keys ascend. */
  void lookupSwitch(Label otherwise, int[] keys, List<Label> labels) {
    int from = size;
    put(Bytecode.LOOKUPSWITCH);
    while (size % 4 != 0) {
      put(0);
    }
    target(from, otherwise);
    putInt(keys.length);
    for (int i = 0; i < keys.length; i++) {
      putInt(keys[i]);
      target(from, labels.get(i));
    }
  }

  private void target(int from, Label label) {
    jumps.add(new Jump(from, size, 4, label));
    label.used = true;
    putInt(0);
  }

  /** Puts a label here. */
  void bind(Label label) {
    label.position = size;
    framed.add(label);
  }

  /** Bytes of code so far. */
  int size() {
    return size;
  }

  private void resolveJumps() {
    for (Jump jump : jumps) {
      int distance = jump.to.position - jump.from;
      int at = jump.at;
      if (jump.bytes == 4) {
        code[at++] = (byte) (distance >> 24);
        code[at++] = (byte) (distance >> 16);
      } else if (distance != (short) distance) {
        throw new TooLong();
      }
      code[at++] = (byte) (distance >> 8);
      code[at] = (byte) distance;
    }
  }

  /** The stack map table: one frame in full, then the same again at every label. */
  private byte[] frames(List<Object> locals) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    int count = 0;
    int last = -1;
    for (Label label : framed) {
      if (!label.used || label.position == last) {
        continue;
      }
      int delta = label.position - last - 1;
      if (count == 0) {
        out.writeByte(255);
        out.writeShort(delta);
        out.writeShort(locals.size());
        for (Object local : locals) {
          if (local instanceof String name) {
            out.writeByte(7);
            out.writeShort(type(name));
          } else {
            out.writeByte((Integer) local);
          }
        }
        out.writeShort(0);
      } else if (delta < 64) {
        out.writeByte(delta);
      } else {
        out.writeByte(251);
        out.writeShort(delta);
      }
      last = label.position;
      count++;
    }
    byte[] entries = bytes.toByteArray();
    ByteArrayOutputStream table = new ByteArrayOutputStream(entries.length + 2);
    table.write(count >> 8);
    table.write(count);
    table.write(entries);
    return table.toByteArray();
  }

  /**
   * The class file.
   *
   * @param locals verification types from the first variable on: a class name, or a tag of section
   *     4.7.4
   */
  byte[] finish(
      String name,
      String superclass,
      String method,
      String descriptor,
      int maxStack,
      int maxLocals,
      List<Object> locals) {
    resolveJumps();
    try {
      int thisIndex = type(name);
      int superIndex = type(superclass);
      int methodName = utf8(method);
      int methodType = utf8(descriptor);
      int codeName = utf8("Code");
      int tableName = utf8("StackMapTable");
      byte[] table = frames(locals);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(size + poolBytes.size() + 256);
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(MAGIC);
      out.writeInt(JAVA_21);
      out.writeShort(constantCount);
      poolBytes.writeTo(out);
      out.writeShort(PUBLIC_FINAL_SUPER);
      out.writeShort(thisIndex);
      out.writeShort(superIndex);
      out.writeInt(0);
      out.writeShort(1);
      out.writeShort(PROTECTED_FINAL);
      out.writeShort(methodName);
      out.writeShort(methodType);
      out.writeShort(1);
      out.writeShort(codeName);
      out.writeInt(12 + size + 6 + table.length);
      out.writeShort(maxStack);
      out.writeShort(maxLocals);
      out.writeInt(size);
      out.write(code, 0, size);
      out.writeShort(0);
      out.writeShort(1);
      out.writeShort(tableName);
      out.writeInt(table.length);
      out.write(table);
      out.writeShort(0);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
