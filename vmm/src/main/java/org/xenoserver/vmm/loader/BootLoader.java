package org.xenoserver.vmm.loader;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.memory.GuestMemory;

/**
 * Loads what a domain starts into its RAM, where QEMU's {@code virt} board would.
 *
 * <ul>
 *   <li>With firmware: the firmware (ELF, or flat at the start of RAM) starts in M-mode and finds
 *       the kernel, if there is one, through {@link DynamicFirmwareInfo} or where firmware is used
 *       to find it, 2 MiB into RAM.
 *   <li>Without: a Linux kernel starts in S-mode, and so does an ELF file linked at least 2 MiB
 *       into RAM; an ELF file linked below that is a bare-metal program and starts in M-mode.
 *   <li>An initial RAM disk goes as far behind the kernel as half of RAM, at most 512 MiB, and
 *       lower if it does not fit there; the device tree goes to the top of RAM, below 3 GiB.
 * </ul>
 */
public final class BootLoader {
  private static final long FDT_ALIGNMENT = 2 << 20;
  private static final long FDT_LIMIT = 3L << 30;

  /** More than the tree itself has: firmware and boot loaders add to it where it lies. */
  private static final long FDT_MAX_BYTES = 1 << 20;

  private static final long INITRD_LARGEST_DISTANCE = 512 << 20;
  private static final long PAGE_BYTES = 4096;

  private final GuestMemory memory;
  private final RamPlan plan;

  private BootLoader(GuestMemory memory) {
    this.memory = memory;
    this.plan = new RamPlan(memory);
  }

  /** What was loaded, where it begins and ends, and how it starts. */
  private record Program(
      long start,
      long end,
      long entry,
      InitialMode mode,
      OptionalLong toHost,
      OptionalLong fromHost) {
    static Program flat(AddressRange range, InitialMode mode) {
      return new Program(
          range.start(),
          range.end(),
          range.start(),
          mode,
          OptionalLong.empty(),
          OptionalLong.empty());
    }
  }

  /**
   * Loads all of it.
   *
   * @param deviceTree makes the flattened device tree once the layout is known
   * @throws IOException if a file is missing, is not what it should be, or does not fit; the
   *     message is one sentence that names it
   */
  public static Loaded load(
      GuestMemory memory, BootSpec spec, Function<BootLayout, byte[]> deviceTree)
      throws IOException {
    return new BootLoader(memory).load(spec, deviceTree);
  }

  private Loaded load(BootSpec spec, Function<BootLayout, byte[]> deviceTree) throws IOException {
    Program firmware = spec.firmware() == null ? null : loadFirmware(spec.firmware());
    Program kernel = spec.kernel() == null ? null : loadKernel(spec.kernel(), firmware);
    Program first = firmware != null ? firmware : kernel;
    if (first == null) {
      throw new IOException("There is nothing to start: give a kernel, firmware, or both.");
    }

    long treeAddress =
        alignDown(Math.min(plan.ram().end(), FDT_LIMIT) - FDT_MAX_BYTES, FDT_ALIGNMENT);
    plan.take("device tree", treeAddress, FDT_MAX_BYTES);
    long infoAddress = firmware == null ? 0 : treeAddress - PAGE_BYTES;
    if (firmware != null) {
      byte[] info = new DynamicFirmwareInfo(kernel == null ? 0 : kernel.entry).toBytes();
      plan.take("description of the next stage", infoAddress, info.length);
      memory.write(infoAddress, info, 0, info.length);
    }
    AddressRange initrd =
        spec.initrd() == null
            ? null
            : loadInitrd(
                spec.initrd(),
                kernel != null ? kernel : first,
                firmware == null ? treeAddress : infoAddress);
    byte[] tree = deviceTree.apply(new BootLayout(first.mode, initrd));
    if (tree.length > FDT_MAX_BYTES) {
      throw new IOException(
          "The device tree has %d bytes; at most %d are allowed."
              .formatted(tree.length, FDT_MAX_BYTES));
    }
    memory.write(treeAddress, tree, 0, tree.length);
    return new Loaded(
        first.entry,
        first.mode,
        treeAddress,
        infoAddress,
        initrd,
        kernel != null && kernel.toHost.isPresent() ? kernel.toHost : first.toHost,
        kernel != null && kernel.fromHost.isPresent() ? kernel.fromHost : first.fromHost);
  }

  private Program loadFirmware(Path path) throws IOException {
    AddressRange ram = plan.ram();
    try (BootFile file = BootFile.openDecompressed("firmware", path, ram.sizeBytes())) {
      return ElfImage.isElf(file)
          ? loadElf(ElfImage.parse(file, ram, ram.start()), InitialMode.MACHINE)
          : loadFlat(file, ram.start(), file.size(), InitialMode.MACHINE);
    }
  }

  private Program loadKernel(Path path, @Nullable Program firmware) throws IOException {
    AddressRange ram = plan.ram();
    long usual = ram.start() + LinuxImage.ALIGNMENT;
    long lowest =
        firmware == null
            ? ram.start()
            : Math.max(usual, alignUp(firmware.end, LinuxImage.ALIGNMENT));
    try (BootFile file = BootFile.openDecompressed("kernel", path, ram.sizeBytes())) {
      if (ElfImage.isElf(file)) {
        ElfImage elf = ElfImage.parse(file, ram, Math.max(usual, lowest));
        boolean bareMetal = firmware == null && elf.lowestAddress() < usual;
        return loadElf(elf, bareMetal ? InitialMode.MACHINE : InitialMode.SUPERVISOR);
      }
      if (LinuxImage.isImage(file)) {
        LinuxImage image = LinuxImage.parse(file);
        long start = Math.max(lowest, ram.start() + image.textOffset());
        return loadFlat(file, start, image.memoryBytes(), InitialMode.SUPERVISOR);
      }
      if (firmware != null) {
        return loadFlat(file, lowest, file.size(), InitialMode.SUPERVISOR);
      }
      if (LinuxImage.isEfiZboot(file)) {
        throw new IOException(
            "The %s is a compressed EFI program (zboot); give the Image it was made from."
                .formatted(file.name()));
      }
      throw new IOException(
          "The %s is not a RISC-V kernel: it must be a Linux Image, a gzip of one, or an ELF file."
              .formatted(file.name()));
    }
  }

  private Program loadElf(ElfImage elf, InitialMode mode) throws IOException {
    elf.load(memory, plan);
    return new Program(
        elf.lowestAddress(),
        elf.endAddress(),
        elf.entry(),
        mode,
        elf.symbol("tohost"),
        elf.symbol("fromhost"));
  }

  private Program loadFlat(BootFile file, long start, long memoryBytes, InitialMode mode)
      throws IOException {
    AddressRange range = plan.take(file.name(), start, memoryBytes);
    file.copyTo(memory.slice(start, file.size()), 0, file.size());
    return Program.flat(range, mode);
  }

  private AddressRange loadInitrd(Path path, Program kernel, long ceiling) throws IOException {
    try (BootFile file = BootFile.open("initrd", path)) {
      long distance = Math.min(memory.sizeBytes() / 2, INITRD_LARGEST_DISTANCE);
      long start = alignDown(kernel.start + distance, PAGE_BYTES);
      if (!plan.isFree(start, file.size())) {
        start = alignDown(ceiling - file.size(), PAGE_BYTES);
      }
      if (start < kernel.end || !plan.isFree(start, file.size())) {
        throw new IOException(
            "The %s of %d bytes does not fit into the %d bytes of RAM beside the kernel; give the machine more memory."
                .formatted(file.name(), file.size(), memory.sizeBytes()));
      }
      AddressRange range = plan.take(file.name(), start, file.size());
      file.copyTo(memory.slice(start, file.size()), 0, file.size());
      return range;
    }
  }

  private static long alignDown(long address, long alignment) {
    return address & -alignment;
  }

  private static long alignUp(long address, long alignment) {
    return alignDown(address + alignment - 1, alignment);
  }
}
