package org.xenoserver.vmm.devicetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.devicetree.FlattenedDeviceTree.Node;

final class FlattenedDeviceTreeTest {
  private final FlattenedDeviceTree tree = new FlattenedDeviceTree();

  @Test
  void shouldWriteTheBytesOfTheSpecification() {
    tree.root().cells("a", 0x11223344).child("n@1").strings("a", "xyz", "z");
    assertThat(HexFormat.of().formatHex(tree.toBytes()))
        .isEqualTo(
            "d00dfeed"
                + "0000007c"
                + "00000038"
                + "00000078"
                + "00000028"
                + "00000011"
                + "00000010"
                + "00000000"
                + "00000002"
                + "00000040"
                + "0000000000000000"
                + "0000000000000000"
                + "00000001"
                + "00000000"
                + "00000003"
                + "00000004"
                + "00000000"
                + "11223344"
                + "00000001"
                + "6e403100"
                + "00000003"
                + "00000006"
                + "00000000"
                + "78797a007a000000"
                + "00000002"
                + "00000002"
                + "00000009"
                + "61000000");
  }

  @Test
  void shouldKeepEveryKindOfValue() {
    Node node = tree.root().child("node");
    node.flag("empty").doubleCells("wide", -2, 1).bytes("raw", new byte[] {1, 2, 3});
    node.strings("none", "").cells("cells", 1, -1);
    TreeReader reader = new TreeReader(tree.toBytes());
    assertThat(reader.bytes("/node", "empty")).isEmpty();
    assertThat(reader.cells("/node", "wide")).containsExactly(-1, -2, 0, 1);
    assertThat(reader.bytes("/node", "raw")).containsExactly(1, 2, 3);
    assertThat(reader.strings("/node", "none")).containsExactly("");
    assertThat(reader.cells("/node", "cells")).containsExactly(1, -1);
  }

  @Test
  void shouldNameEachPropertyOnce() {
    tree.root().cells("reg", 1).child("a").cells("reg", 2).cells("size", 3);
    tree.root().child("b").cells("size", 4).cells("reg", 5);
    TreeReader reader = new TreeReader(tree.toBytes());
    assertThat(reader.stringsBlock()).isEqualTo("reg\0size\0");
    assertThat(reader.cells("/b", "reg")).containsExactly(5);
  }

  @Test
  void shouldGiveEachNodeOneHandle() {
    Node first = tree.root().child("first");
    Node second = tree.root().child("second");
    assertThat(first.phandle()).isEqualTo(first.phandle()).isNotEqualTo(second.phandle());
    second.cells("other", first.phandle());
    TreeReader reader = new TreeReader(tree.toBytes());
    assertThat(reader.target(reader.cells("/second", "other")[0])).isEqualTo("/first");
  }

  @Test
  void shouldWriteATreeAgainWithWhatWasAddedSince() {
    tree.root().cells("a", 1);
    int before = tree.toBytes().length;
    tree.root().child("later").cells("b", 2);
    byte[] after = tree.toBytes();
    assertThat(after.length).isGreaterThan(before);
    assertThat(new TreeReader(after).cells("/later", "b")).containsExactly(2);
  }

  @Test
  void shouldRefuseWhatATreeCannotHold() {
    Node root = tree.root();
    root.cells("a", 1).child("n");
    assertThatThrownBy(() -> root.cells("a", 2)).hasMessageContaining("'a'");
    assertThatThrownBy(() -> root.child("n")).hasMessageContaining("'n'");
    assertThatThrownBy(() -> root.child("a/b")).hasMessageContaining("malformed");
    assertThatThrownBy(() -> root.cells("with space", 1)).hasMessageContaining("malformed");
    assertThatThrownBy(() -> root.strings("s", "a\0b")).hasMessageContaining("zero byte");
  }
}
