package org.xenoserver.vmm.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.memory.GuestMemory;

final class BootLoaderTest {
  private static final long BASE = 0x8000_0000L;
  private static final int MIB = 1 << 20;
  private static final byte[] TREE = {1, 2, 3, 4, 5};
  private static final byte[] CODE = {0x13, 0, 0, 0, 0x6f, 0, 0, 0};

  private final List<GuestMemory> memories = new ArrayList<>();
  private final List<BootLayout> layouts = new ArrayList<>();
  @TempDir private Path folder = Path.of("");

  @AfterEach
  void unmap() {
    memories.forEach(GuestMemory::close);
  }

  private GuestMemory memory(long sizeBytes) throws IOException {
    GuestMemory memory = GuestMemory.allocate(BASE, sizeBytes);
    memories.add(memory);
    return memory;
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Loaded load(
      GuestMemory memory, @Nullable Path kernel, @Nullable Path initrd, @Nullable Path firmware)
      throws IOException {
    return BootLoader.load(
        memory,
        new BootSpec(kernel, initrd, "", firmware),
        layout -> {
          layouts.add(layout);
          return TREE;
        });
  }

  private static byte[] image(long textOffset, long imageBytes, int fileBytes) {
    byte[] bytes = new byte[fileBytes];
    Arrays.fill(bytes, (byte) 0x5a);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, 0x0000_5a4dL)
        .putLong(8, textOffset)
        .putLong(16, imageBytes)
        .putLong(24, 0)
        .putLong(48, 0x0000_0056_4353_4952L)
        .putInt(56, 0x0543_5352);
    return bytes;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(GuestMemory memory, long address, int length) {
    byte[] out = new byte[length];
    memory.read(address, out, 0, length);
    return out;
  }

  @Test
  void shouldStartALinuxImageInSupervisorModeWithItsTreeAtTheTopOfRam() throws IOException {
    GuestMemory memory = memory(256 * MIB);
    byte[] image = image(2 * MIB, 8 * MIB, 70_000);
    Loaded loaded = load(memory, file("Image", image), null, null);

    assertThat(loaded.entry()).isEqualTo(BASE + 2 * MIB);
    assertThat(loaded.mode()).isEqualTo(InitialMode.SUPERVISOR);
    assertThat(loaded.dynamicInfoAddress()).isZero();
    assertThat(loaded.deviceTreeAddress()).isEqualTo(BASE + 254 * MIB);
    assertThat(bytes(memory, BASE + 2 * MIB, image.length)).isEqualTo(image);
    assertThat(bytes(memory, loaded.deviceTreeAddress(), TREE.length)).isEqualTo(TREE);
    assertThat(layouts).containsExactly(new BootLayout(InitialMode.SUPERVISOR, null));
  }

  @Test
  void shouldDecompressImagesAndElfFiles() throws IOException {
    GuestMemory memory = memory(64 * MIB);
    byte[] image = image(2 * MIB, 0, 70_000);
    assertThat(load(memory, file("Image.gz", gzip(image)), null, null).entry())
        .isEqualTo(BASE + 2 * MIB);
    assertThat(bytes(memory, BASE + 2 * MIB, image.length)).isEqualTo(image);

    byte[] elf = new ElfFile(ElfFile.EXECUTABLE, BASE + 4).segment(BASE, CODE, 8).toBytes();
    assertThat(load(memory, file("program.gz", gzip(elf)), null, null).entry()).isEqualTo(BASE + 4);
    assertThat(bytes(memory, BASE, CODE.length)).isEqualTo(CODE);
  }

  @Test
  void shouldStartABareMetalProgramInMachineModeAndFindWhereItReports() throws IOException {
    GuestMemory memory = memory(16 * MIB);
    memory.putLong(BASE + 0x1008, -1);
    byte[] elf =
        new ElfFile(ElfFile.EXECUTABLE, BASE)
            .segment(BASE, CODE, CODE.length)
            .segment(BASE + 0x1000, CODE, 0x100)
            .symbol("other", BASE)
            .symbol("tohost", BASE + 0x1040)
            .symbol("fromhost", BASE + 0x1080)
            .toBytes();
    Loaded loaded = load(memory, file("program.elf", elf), null, null);

    assertThat(loaded.mode()).isEqualTo(InitialMode.MACHINE);
    assertThat(loaded.entry()).isEqualTo(BASE);
    assertThat(loaded.toHost()).hasValue(BASE + 0x1040);
    assertThat(loaded.fromHost()).hasValue(BASE + 0x1080);
    assertThat(bytes(memory, BASE + 0x1000, 16))
        .as("the file's bytes, then zeroes over what was there")
        .isEqualTo(Arrays.copyOf(CODE, 16));
  }

  @Test
  void shouldStartAnElfKernelInSupervisorMode() throws IOException {
    GuestMemory memory = memory(32 * MIB);
    long start = BASE + 2 * MIB;
    byte[] linked = new ElfFile(ElfFile.EXECUTABLE, start).segment(start, CODE, 8).toBytes();
    Loaded loaded = load(memory, file("boot.elf", linked), null, null);
    assertThat(loaded.mode()).isEqualTo(InitialMode.SUPERVISOR);
    assertThat(loaded.entry()).isEqualTo(start);
    assertThat(loaded.toHost()).isEmpty();
  }

  @Test
  void shouldMoveAKernelLinkedAtVirtualAddressesBehindTheFirmwaresPlace() throws IOException {
    long virtual = 0xffff_ffff_8000_0000L;
    byte[] elf =
        new ElfFile(ElfFile.EXECUTABLE, virtual + 4)
            .segment(virtual, 0, CODE, 0x1000)
            .segment(virtual + 0x1000, 0x1000, CODE, 8)
            .toBytes();
    GuestMemory memory = memory(32 * MIB);
    Loaded loaded = load(memory, file("vmlinux", elf), null, null);
    assertThat(loaded.mode()).isEqualTo(InitialMode.SUPERVISOR);
    assertThat(loaded.entry()).isEqualTo(BASE + 2 * MIB + 4);
    assertThat(bytes(memory, BASE + 2 * MIB + 0x1000, 8)).isEqualTo(CODE);
  }

  @Test
  void shouldMovePositionIndependentFirmwareToTheStartOfRam() throws IOException {
    byte[] elf = new ElfFile(ElfFile.SHARED, 4).segment(0, CODE, 8).symbol("tohost", 0).toBytes();
    Loaded loaded = load(memory(16 * MIB), null, null, file("firmware.elf", elf));
    assertThat(loaded.mode()).isEqualTo(InitialMode.MACHINE);
    assertThat(loaded.entry()).isEqualTo(BASE + 4);
    assertThat(loaded.toHost()).hasValue(BASE);
  }

  @Test
  void shouldTellFirmwareWhereTheKernelIs() throws IOException {
    GuestMemory memory = memory(64 * MIB);
    Loaded loaded =
        load(memory, file("u-boot.bin", CODE), null, file("firmware.bin", new byte[100_000]));
    assertThat(loaded.entry()).isEqualTo(BASE);
    assertThat(loaded.mode()).isEqualTo(InitialMode.MACHINE);
    assertThat(bytes(memory, BASE + 2 * MIB, CODE.length)).isEqualTo(CODE);
    long info = loaded.dynamicInfoAddress();
    assertThat(info % 8).isZero();
    assertThat(List.of(0, 8, 16, 24, 32, 40).stream().map(offset -> memory.getLong(info + offset)))
        .containsExactly(0x4942_534fL, 2L, BASE + 2 * MIB, 1L, 0L, 0L);
  }

  @Test
  void shouldLoadAnImageBehindFirmwareThatReachesIntoItsPlace() throws IOException {
    GuestMemory memory = memory(64 * MIB);
    Loaded loaded =
        load(
            memory,
            file("Image", image(2 * MIB, 0, 4096)),
            null,
            file("firmware.bin", new byte[3 * MIB]));
    assertThat(memory.getLong(loaded.dynamicInfoAddress() + 16)).isEqualTo(BASE + 4 * MIB);
  }

  @Test
  void shouldPlaceTheInitrdHalfOfRamBehindTheKernel() throws IOException {
    GuestMemory memory = memory(256 * MIB);
    byte[] initrd = {9, 8, 7};
    Loaded loaded =
        load(memory, file("Image", image(2 * MIB, 0, 4096)), file("initrd", initrd), null);
    AddressRange expected = new AddressRange(BASE + 130 * MIB, BASE + 130 * MIB + 3);
    assertThat(loaded.initrd()).isEqualTo(expected);
    assertThat(bytes(memory, expected.start(), 3)).isEqualTo(initrd);
    assertThat(layouts).containsExactly(new BootLayout(InitialMode.SUPERVISOR, expected));
  }

  @Test
  void shouldMoveALargeInitrdDownUntilItFits() throws IOException {
    Loaded loaded =
        load(
            memory(32 * MIB),
            file("Image", image(2 * MIB, 4 * MIB, 4096)),
            file("initrd", new byte[20 * MIB]),
            null);
    assertThat(loaded.initrd()).isEqualTo(new AddressRange(BASE + 10 * MIB, BASE + 30 * MIB));
  }

  @Test
  void shouldKeepTheDeviceTreeBelowThreeGibibytes() throws IOException {
    Loaded loaded = load(memory(4096L * MIB), file("Image", image(2 * MIB, 0, 4096)), null, null);
    assertThat(loaded.deviceTreeAddress()).isEqualTo(0xbfe0_0000L);
  }

  @Test
  void shouldRefuseInOneSentenceWhatDoesNotFit() throws IOException {
    Path image = file("Image", image(2 * MIB, 0, 4096));
    refused(
        32,
        image,
        file("initrd", new byte[40 * MIB]),
        null,
        "The initrd ",
        "41943040 bytes does not fit",
        "more memory");
    refused(
        16,
        file("huge", image(2 * MIB, 64 * MIB, 4096)),
        null,
        null,
        "huge needs 67108864 bytes at 0x80200000, which is not within the RAM");
    refused(
        16,
        file("big", image(2 * MIB, 13 * MIB, 4096)),
        null,
        null,
        "device tree needs",
        "but the kernel ",
        "more memory");
    byte[] outside = new ElfFile(ElfFile.EXECUTABLE, 0x1000).segment(0x1000, CODE, 8).toBytes();
    refused(
        16,
        file("outside", outside),
        null,
        null,
        "outside needs 8 bytes at 0x1000, which is not within the RAM");
    byte[] firmware = new ElfFile(ElfFile.EXECUTABLE, BASE).segment(BASE, CODE, 4 * MIB).toBytes();
    byte[] kernel =
        new ElfFile(ElfFile.EXECUTABLE, BASE + 2 * MIB).segment(BASE + 2 * MIB, CODE, 8).toBytes();
    refused(
        16,
        file("kernel", kernel),
        null,
        file("firmware", firmware),
        "The kernel ",
        "but the firmware ");
    refused(
        16,
        file("bomb", gzip(new byte[17 * MIB])),
        null,
        null,
        "decompresses to more than 16777216 bytes");
  }

  @Test
  void shouldRefuseInOneSentenceWhatIsNotAKernel() throws IOException {
    refused(16, null, null, null, "nothing to start");
    refused(16, folder.resolve("missing"), null, null, "The kernel ", "missing does not exist");
    refused(16, folder, null, null, "is not a regular file");
    refused(16, file("empty", new byte[0]), null, null, "empty is empty");
    refused(
        16, file("text", new byte[200]), null, null, "text is not a RISC-V kernel", "Linux Image");
    refused(16, null, null, folder.resolve("missing"), "The firmware ");
    refused(
        16, file("Image", image(2 * MIB, 0, 4096)), folder.resolve("missing"), null, "The initrd ");
    refused(16, file("odd", image(0x1000, 0, 4096)), null, null, "text_offset 0x1000");
    byte[] zboot = image(0, 0, 4096);
    ByteBuffer.wrap(zboot).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 0x676d_697a).putInt(56, 0);
    refused(16, file("zboot", zboot), null, null, "zboot");
    byte[] gzip = gzip(image(2 * MIB, 0, 4096));
    refused(
        16, file("half.gz", Arrays.copyOf(gzip, gzip.length / 2)), null, null, "not a usable gzip");
  }

  @Test
  void shouldRefuseInOneSentenceAnElfFileItCannotRun() throws IOException {
    byte[] elf = new ElfFile(ElfFile.EXECUTABLE, BASE).segment(BASE, CODE, 8).toBytes();
    refused(
        16, file("short", Arrays.copyOf(elf, 40)), null, null, "short is truncated", "ELF header");
    refused(16, file("headers", Arrays.copyOf(elf, 100)), null, null, "program headers");
    refused(
        16,
        file("segment", Arrays.copyOf(elf, 122)),
        null,
        null,
        "segment 0 ends beyond its 122 bytes");
    refused(16, changed(elf, 4, 1), null, null, "not a 64-bit ELF file");
    refused(16, changed(elf, 5, 2), null, null, "big-endian");
    refused(16, changed(elf, 18, 62), null, null, "machine 62", "RISC-V");
    refused(16, changed(elf, 16, 1), null, null, "type 1");
    refused(16, changed(elf, 56, 0), null, null, "nothing to load");
    refused(16, changed(elf, 54, 8), null, null, "program headers have 8 bytes");
  }

  private Path changed(byte[] bytes, int offset, int value) throws IOException {
    byte[] copy = bytes.clone();
    copy[offset] = (byte) value;
    return file("changed-" + offset, copy);
  }

  private void refused(
      int ramMib,
      @Nullable Path kernel,
      @Nullable Path initrd,
      @Nullable Path firmware,
      String... words)
      throws IOException {
    GuestMemory memory = memory((long) ramMib * MIB);
    assertThatThrownBy(() -> load(memory, kernel, initrd, firmware))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(words)
        .hasMessageEndingWith(".")
        .hasMessageNotContaining("\n");
  }
}
