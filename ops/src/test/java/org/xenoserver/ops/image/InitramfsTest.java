package org.xenoserver.ops.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;

final class InitramfsTest {
  private static final byte[] BUSYBOX =
      "ELF\0usage: [\0[[\0ash\0mount\0sh\0switch_root\0Not an applet\0"
          .getBytes(StandardCharsets.US_ASCII);

  private record Member(CpioArchiveEntry entry, String content) {}

  @Test
  void shouldHoldWhatTheKernelNeedsToStartInit() throws Exception {
    Map<String, Member> members = read(initrd());

    CpioArchiveEntry console = member(members, "dev/console").entry();
    assertThat(console.getMode()).isEqualTo(020600);
    assertThat(console.getRemoteDeviceMaj()).isEqualTo(5);
    assertThat(console.getRemoteDeviceMin()).isEqualTo(1);
    assertThat(member(members, "init").entry().getMode()).isEqualTo(0100755);
    assertThat(member(members, "init").content()).startsWith("#!/bin/sh\n");
    assertThat(member(members, "bin/sh").entry().isSymbolicLink()).isTrue();
    assertThat(member(members, "bin/sh").content()).isEqualTo("busybox");
    assertThat(member(members, "bin/busybox").content()).hasSize(BUSYBOX.length);
    assertThat(member(members, "lib/modules/6.12/virtio_mmio.ko").content()).isEqualTo("module");
    assertThat(member(members, "lib/modules/6.12/modules.dep").content())
        .isEqualTo("virtio_mmio.ko:\n");
    assertThat(member(members, "lib/modules/6.12/modules.alias").content())
        .isEqualTo("alias of:virtio virtio_mmio\n");
  }

  @Test
  void shouldListFoldersBeforeWhatIsInThem() throws Exception {
    List<String> paths = List.copyOf(read(initrd()).keySet());

    for (String path : paths) {
      int slash = path.lastIndexOf('/');
      if (slash > 0) {
        assertThat(paths.indexOf(path.substring(0, slash)))
            .as("the folder of %s", path)
            .isBetween(0, paths.indexOf(path) - 1);
      }
    }
  }

  @Test
  void shouldMakeTheSameArchiveOfTheSameContent() throws Exception {
    assertThat(initrd()).isEqualTo(initrd());
  }

  @Test
  void shouldLinkOnlyTheAppletsOfTheProgram() throws Exception {
    assertThat(BusyBox.applets(BUSYBOX))
        .containsExactly("[", "[[", "ash", "mount", "sh", "switch_root");
    assertThatThrownBy(() -> BusyBox.applets(new byte[100])).isInstanceOf(ImageException.class);
  }

  @Test
  void shouldCarryAnInitThatAShellCanParse() throws Exception {
    Process shell = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
    try (var in = shell.getOutputStream()) {
      in.write(member(read(initrd()), "init").content().getBytes(StandardCharsets.UTF_8));
    }
    String complaints = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(shell.waitFor()).as(complaints).isZero();
  }

  private static byte[] initrd() throws IOException, ImageException {
    KernelModules.Module module =
        new KernelModules.Module(
            "virtio_mmio",
            "module".getBytes(StandardCharsets.UTF_8),
            new ModuleInfo(List.of(), List.of(), List.of("of:virtio")),
            List.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DebianImage.writeInitrd(out, new KernelModules.Selection("6.12", List.of(module)), BUSYBOX);
    return out.toByteArray();
  }

  private static Member member(Map<String, Member> members, String path) {
    return Objects.requireNonNull(members.get(path), path);
  }

  private static Map<String, Member> read(byte[] archive) throws IOException {
    Map<String, Member> members = new LinkedHashMap<>();
    try (var in = new CpioArchiveInputStream(new ByteArrayInputStream(archive))) {
      for (CpioArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        members.put(
            entry.getName(),
            new Member(entry, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    return members;
  }
}
