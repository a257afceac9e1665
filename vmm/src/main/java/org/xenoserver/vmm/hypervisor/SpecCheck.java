package org.xenoserver.vmm.hypervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainException.Code;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.SchedulingSpec;

/** The rules of a specification that do not depend on other domains. */
final class SpecCheck {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");
  private static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;
  private static final int MOST_VCPUS = 128;

  private SpecCheck() {}

  static void check(DomainSpec spec, long hostMemoryBytes) throws DomainException {
    if (!NAME.matcher(spec.name()).matches()) {
      throw invalid(
          "name '%s' is not allowed: 1 to 63 letters, digits, '.', '_' or '-', beginning with a"
              + " letter or digit",
          spec.name());
    }
    if (spec.memoryBytes() <= 0 || spec.memoryBytes() % PAGE_BYTES != 0) {
      throw invalid(
          "memory of %d bytes is not allowed: it must be a positive multiple of %d",
          spec.memoryBytes(), PAGE_BYTES);
    }
    if (spec.memoryBytes() > hostMemoryBytes) {
      throw new DomainException(
          Code.EXHAUSTED,
          "memory of %d bytes is more than the %d bytes this host has"
              .formatted(spec.memoryBytes(), hostMemoryBytes));
    }
    if (spec.vcpus() < 1 || spec.vcpus() > MOST_VCPUS) {
      throw invalid("%d vcpus are not allowed: 1 to %d are", spec.vcpus(), MOST_VCPUS);
    }
    checkScheduling(spec.scheduling());
    if (spec.boot().kernel() == null && spec.boot().firmware() == null) {
      throw invalid("domain '%s' has nothing to start: give a kernel or firmware", spec.name());
    }
    checkReadable("kernel", spec.boot().kernel());
    checkReadable("initrd", spec.boot().initrd());
    checkReadable("firmware", spec.boot().firmware());
    for (DiskSpec disk : spec.disks()) {
      checkDisk(disk);
    }
  }

  private static void checkScheduling(SchedulingSpec scheduling) throws DomainException {
    if (scheduling.mcuAdvance() < 1) {
      throw invalid("mcu_advance must be at least 1, not %d", scheduling.mcuAdvance());
    }
    checkNotNegative("warp_us", scheduling.warpUs());
    checkNotNegative("warp_limit_us", scheduling.warpLimitUs());
    checkNotNegative("unwarp_us", scheduling.unwarpUs());
  }

  private static void checkNotNegative(String field, long value) throws DomainException {
    if (value < 0) {
      throw invalid("%s must not be negative, but is %d", field, value);
    }
  }

  private static void checkReadable(String what, @Nullable Path file) throws DomainException {
    if (file == null) {
      return;
    }
    if (!Files.exists(file)) {
      throw new DomainException(Code.NOT_FOUND, "%s '%s' does not exist".formatted(what, file));
    }
    if (!Files.isRegularFile(file)) {
      throw invalid("%s '%s' is not a file", what, file);
    }
    if (!Files.isReadable(file)) {
      throw invalid("%s '%s' cannot be read: permission denied", what, file);
    }
  }

  private static void checkDisk(DiskSpec disk) throws DomainException {
    if (disk.ownerEpoch() < 0) {
      throw invalid(
          "disk '%s' has the owner epoch %d: it must not be negative",
          disk.file(), disk.ownerEpoch());
    }
    checkReadable("disk", disk.file());
    if (!disk.readOnly() && !Files.isWritable(disk.file())) {
      throw invalid("disk '%s' cannot be written: make it writable or read-only", disk.file());
    }
    long sizeBytes;
    try {
      sizeBytes = Files.size(disk.file());
    } catch (IOException e) {
      throw invalid("disk '%s' cannot be read: %s", disk.file(), e.getMessage());
    }
    if (sizeBytes == 0 || sizeBytes % SECTOR_BYTES != 0) {
      throw invalid(
          "disk '%s' has %d bytes: its size must be a positive multiple of %d",
          disk.file(), sizeBytes, SECTOR_BYTES);
    }
  }

  private static DomainException invalid(String format, @Nullable Object... values) {
    return new DomainException(Code.INVALID, format.formatted(values));
  }
}
