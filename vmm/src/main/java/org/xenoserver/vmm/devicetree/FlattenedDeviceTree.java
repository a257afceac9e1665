package org.xenoserver.vmm.devicetree;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A device tree under construction, and its flattened form, version 17 (Devicetree Specification
 * 0.4, chapter 5). Big-endian throughout.
 */
public final class FlattenedDeviceTree {
  private static final int MAGIC = 0xd00d_feed;
  private static final int VERSION = 17;
  private static final int LAST_COMPATIBLE_VERSION = 16;
  private static final int HEADER_BYTES = 40;
  private static final int RESERVATION_BYTES = 16;
  private static final int BOOT_HART = 0;
  private static final int BEGIN_NODE = 1;
  private static final int END_NODE = 2;
  private static final int PROPERTY = 3;
  private static final int END = 9;

  private static final Pattern NODE_NAME =
      Pattern.compile("[0-9a-zA-Z,._+-]{1,31}(@[0-9a-zA-Z,._+-]+)?");
  private static final Pattern PROPERTY_NAME = Pattern.compile("[0-9a-zA-Z,._+?#-]{1,31}");

  private final Node root = new Node("");
  private int lastPhandle;

  /** The root node. */
  public Node root() {
    return root;
  }

  /** A node: its properties and its children, each in the order they were added. */
  public final class Node {
    private final String name;
    private final Map<String, byte[]> properties = new LinkedHashMap<>();
    private final Map<String, Node> children = new LinkedHashMap<>();
    private int phandle;

    private Node(String name) {
      this.name = name;
    }

    /**
     * Adds a child.
     *
     * @param childName with its unit address, as in {@code serial@10000000}
     * @throws IllegalArgumentException if the name is malformed or taken
     */
    public Node child(String childName) {
      if (!NODE_NAME.matcher(childName).matches()) {
        throw new IllegalArgumentException("node name '" + childName + "' is malformed");
      }
      Node child = new Node(childName);
      if (children.putIfAbsent(childName, child) != null) {
        throw new IllegalArgumentException("node '" + childName + "' is there already");
      }
      return child;
    }

    /** This node's handle for references from others; given out, and its property added, once. */
    public int phandle() {
      if (phandle == 0) {
        phandle = ++lastPhandle;
        cells("phandle", phandle);
      }
      return phandle;
    }

    /** Adds a property without a value. */
    public Node flag(String property) {
      return bytes(property, new byte[0]);
    }

    /** Adds a property of 32-bit cells: numbers and phandles. */
    public Node cells(String property, int... values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Integer.BYTES);
      for (int value : values) {
        buffer.putInt(value);
      }
      return bytes(property, buffer.array());
    }

    /** Adds a property of 64-bit numbers, such as addresses and sizes of two cells each. */
    public Node doubleCells(String property, long... values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Long.BYTES);
      for (long value : values) {
        buffer.putLong(value);
      }
      return bytes(property, buffer.array());
    }

    /**
     * Adds a property of one or more strings.
     *
     * @throws IllegalArgumentException if a string contains a zero
     */
    public Node strings(String property, String... values) {
      StringBuilder joined = new StringBuilder();
      for (String value : values) {
        if (value.indexOf('\0') >= 0) {
          throw new IllegalArgumentException(
              "the value of property '" + property + "' contains a zero byte");
        }
        joined.append(value).append('\0');
      }
      return bytes(property, joined.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds a property of any bytes.
     *
     * @throws IllegalArgumentException if the name is malformed or taken
     */
    public Node bytes(String property, byte[] value) {
      if (!PROPERTY_NAME.matcher(property).matches()) {
        throw new IllegalArgumentException("property name '" + property + "' is malformed");
      }
      if (properties.putIfAbsent(property, value.clone()) != null) {
        throw new IllegalArgumentException(
            "property '" + property + "' of node '" + name + "' is there already");
      }
      return this;
    }

    private int structureBytes() {
      int size = 2 * Integer.BYTES + aligned(name.length() + 1);
      for (byte[] value : properties.values()) {
        size += 3 * Integer.BYTES + aligned(value.length);
      }
      for (Node child : children.values()) {
        size += child.structureBytes();
      }
      return size;
    }

    private void collectNames(Map<String, Integer> offsets, StringBuilder names) {
      for (String property : properties.keySet()) {
        if (!offsets.containsKey(property)) {
          offsets.put(property, names.length());
          names.append(property).append('\0');
        }
      }
      children.values().forEach(child -> child.collectNames(offsets, names));
    }

    private void write(ByteBuffer out, Map<String, Integer> nameOffsets) {
      out.putInt(BEGIN_NODE);
      out.put(name.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
      pad(out);
      properties.forEach((property, value) -> {
        out.putInt(PROPERTY);
        out.putInt(value.length);
        out.putInt(nameOffsets.getOrDefault(property, 0));
        out.put(value);
        pad(out);
      });
      children.values().forEach(child -> child.write(out, nameOffsets));
      out.putInt(END_NODE);
    }
  }

  /** The flattened form, without memory reservations. */
  public byte[] toBytes() {
    Map<String, Integer> nameOffsets = new LinkedHashMap<>();
    StringBuilder names = new StringBuilder();
    root.collectNames(nameOffsets, names);
    byte[] strings = names.toString().getBytes(StandardCharsets.US_ASCII);
    int structureOffset = HEADER_BYTES + RESERVATION_BYTES;
    int structureBytes = root.structureBytes() + Integer.BYTES;
    int stringsOffset = structureOffset + structureBytes;
    int totalBytes = aligned(stringsOffset + strings.length);
    ByteBuffer out = ByteBuffer.allocate(totalBytes);
    out.putInt(MAGIC)
        .putInt(totalBytes)
        .putInt(structureOffset)
        .putInt(stringsOffset)
        .putInt(HEADER_BYTES)
        .putInt(VERSION)
        .putInt(LAST_COMPATIBLE_VERSION)
        .putInt(BOOT_HART)
        .putInt(strings.length)
        .putInt(structureBytes);
    // The reservation block is its terminating entry alone.
    out.putLong(0).putLong(0);
    root.write(out, nameOffsets);
    out.putInt(END);
    out.put(strings);
    return out.array();
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }

  private static void pad(ByteBuffer out) {
    while (out.position() % Integer.BYTES != 0) {
      out.put((byte) 0);
    }
  }
}
