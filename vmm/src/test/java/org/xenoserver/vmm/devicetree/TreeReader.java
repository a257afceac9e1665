package org.xenoserver.vmm.devicetree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a flattened device tree strictly, by the specification's layout. */
final class TreeReader {
  private final Map<String, Map<String, byte[]>> nodes = new LinkedHashMap<>();
  private final Map<Integer, String> handles = new HashMap<>();
  private final String stringsBlock;

  TreeReader(byte[] flattened) {
    ByteBuffer in = ByteBuffer.wrap(flattened);
    assertThat(in.getInt(0)).isEqualTo(0xd00dfeed);
    assertThat(in.getInt(4)).as("total size").isEqualTo(flattened.length);
    int structure = in.getInt(8);
    int strings = in.getInt(12);
    int reservations = in.getInt(16);
    assertThat(in.getInt(20)).isEqualTo(17);
    assertThat(in.getInt(24)).isEqualTo(16);
    int stringsBytes = in.getInt(32);
    int structureBytes = in.getInt(36);
    assertThat(reservations % 8).isZero();
    assertThat(structure % 4).isZero();
    assertThat(in.getLong(reservations)).isZero();
    assertThat(in.getLong(reservations + 8)).isZero();
    assertThat(structure + structureBytes).isLessThanOrEqualTo(strings);
    assertThat(strings + stringsBytes).isLessThanOrEqualTo(flattened.length);
    stringsBlock = new String(flattened, strings, stringsBytes, StandardCharsets.US_ASCII);
    in.position(structure).limit(structure + structureBytes);
    Deque<String> path = new ArrayDeque<>();
    boolean childrenSeen = false;
    for (int token = in.getInt(); token != 9; token = in.getInt()) {
      switch (token) {
        case 1 -> {
          String name = string(in);
          path.addLast(path.isEmpty() ? "" : path.getLast() + "/" + name);
          assertThat(nodes.put(path.getLast(), new LinkedHashMap<>())).isNull();
          childrenSeen = false;
        }
        case 2 -> {
          path.removeLast();
          childrenSeen = true;
        }
        case 3 -> {
          assertThat(childrenSeen).as("properties come before children").isFalse();
          byte[] value = new byte[in.getInt()];
          int nameOffset = in.getInt();
          in.get(value);
          align(in);
          String name = stringsBlock.substring(nameOffset, stringsBlock.indexOf('\0', nameOffset));
          assertThat(known(nodes, path.getLast()).put(name, value)).isNull();
          if (name.equals("phandle")) {
            assertThat(handles.put(ByteBuffer.wrap(value).getInt(), path.getLast())).isNull();
          }
        }
        default -> throw new AssertionError("token " + token);
      }
    }
    assertThat(path).isEmpty();
    assertThat(in.hasRemaining()).as("nothing after the end").isFalse();
  }

  private static String string(ByteBuffer in) {
    StringBuilder text = new StringBuilder();
    for (byte next = in.get(); next != 0; next = in.get()) {
      text.append((char) next);
    }
    align(in);
    return text.toString();
  }

  private static void align(ByteBuffer in) {
    while (in.position() % 4 != 0) {
      assertThat(in.get()).isZero();
    }
  }

  String stringsBlock() {
    return stringsBlock;
  }

  Iterable<String> paths() {
    return nodes.keySet();
  }

  boolean has(String path, String property) {
    return known(nodes, path).containsKey(property);
  }

  byte[] bytes(String path, String property) {
    return known(known(nodes, path), property);
  }

  List<String> strings(String path, String property) {
    String joined = new String(bytes(path, property), StandardCharsets.UTF_8);
    assertThat(joined).endsWith("\0");
    return List.of(joined.substring(0, joined.length() - 1).split("\0", -1));
  }

  int[] cells(String path, String property) {
    ByteBuffer value = ByteBuffer.wrap(bytes(path, property));
    int[] cells = new int[value.remaining() / 4];
    value.asIntBuffer().get(cells);
    return cells;
  }

  /** The node a phandle cell stands for. */
  String target(int handle) {
    return known(handles, handle);
  }

  private static <K, V> V known(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new AssertionError(key + " is not among " + map.keySet());
    }
    return value;
  }
}
