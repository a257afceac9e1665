package org.xenoserver.hostagent.domains;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Scheduling;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.SchedulingSpec;

/** Checks the form of a specification from a client and translates it for the hypervisor. */
final class SpecReader {
  private static final int PAGE = 4096;
  private static final int MAX_VCPUS = 128;
  private static final int MAX_LABEL_KEY = 63;

  private final Images images;

  SpecReader(Images images) {
    this.images = images;
  }

  /**
   * Translates a specification whose UUID is set.
   *
   * @param epoch the ownership epoch; 0 if no cluster counts it
   * @throws RpcFailure naming the field, the rule and the value
   */
  org.xenoserver.vmm.domain.DomainSpec read(DomainSpec spec, long epoch) {
    if (!Names.isName(spec.getName())) {
      throw invalid("name", "'" + spec.getName() + "'", Names.RULE);
    }
    long memory = spec.getMemoryBytes();
    if (memory <= 0 || memory % PAGE != 0) {
      throw invalid(
          "memory_bytes", Long.toUnsignedString(memory), "a positive multiple of " + PAGE);
    }
    int vcpus = spec.getVcpus();
    if (vcpus < 1 || vcpus > MAX_VCPUS) {
      throw invalid("vcpus", Integer.toUnsignedString(vcpus), "1 to " + MAX_VCPUS);
    }
    for (String key : spec.getLabelsMap().keySet()) {
      if (key.isEmpty() || key.length() > MAX_LABEL_KEY) {
        throw invalid("labels", "the key '" + key + "'", "keyed by 1 to 63 characters");
      }
    }
    return new org.xenoserver.vmm.domain.DomainSpec(
        uuid(spec.getUuid()),
        spec.getName(),
        memory,
        vcpus,
        boot(spec),
        disks(spec.getDisksList(), epoch),
        scheduling(spec.getScheduling()));
  }

  /** Reads the RFC 9562 text form, which {@link UUID#fromString} alone is too lenient for. */
  static UUID uuid(String text) {
    try {
      UUID uuid = UUID.fromString(text);
      if (uuid.toString().equalsIgnoreCase(text)) {
        return uuid;
      }
    } catch (IllegalArgumentException e) {
      throw notAUuid(text);
    }
    throw notAUuid(text);
  }

  private static RpcFailure notAUuid(String text) {
    return invalid("uuid", "'" + text + "'", "a UUID in its text form (RFC 9562), or empty");
  }

  private BootSpec boot(DomainSpec spec) {
    if (spec.getKernel().isEmpty() && spec.getFirmware().isEmpty()) {
      throw invalid("kernel", "empty", "given unless there is firmware");
    }
    @Nullable Path kernel =
        spec.getKernel().isEmpty() ? null : images.resolve("kernel", spec.getKernel(), "kernel");
    @Nullable Path initrd =
        spec.getInitrd().isEmpty() ? null : images.resolve("initrd", spec.getInitrd(), "initrd");
    @Nullable Path firmware =
        spec.getFirmware().isEmpty() ? null : Images.absolute("firmware", spec.getFirmware());
    return new BootSpec(kernel, initrd, spec.getCommandLine(), firmware);
  }

  private static List<DiskSpec> disks(List<Disk> disks, long epoch) {
    List<DiskSpec> specs = new ArrayList<>();
    for (int i = 0; i < disks.size(); i++) {
      Disk disk = disks.get(i);
      Path file = Images.absolute("disks[" + i + "].file", disk.getFile());
      specs.add(new DiskSpec(file, disk.getReadOnly(), disk.getShared(), epoch));
    }
    return specs;
  }

  private static SchedulingSpec scheduling(Scheduling asked) {
    if (asked.getMcuAdvance() < 0) {
      throw invalid(
          "scheduling.mcu_advance",
          Integer.toUnsignedString(asked.getMcuAdvance()),
          "1 to " + Integer.MAX_VALUE + ", or 0 for the default");
    }
    return new SchedulingSpec(
        asked.getMcuAdvance() == 0 ? SchedulingSpec.DEFAULT.mcuAdvance() : asked.getMcuAdvance(),
        microseconds("warp_us", asked.getWarpUs()),
        microseconds("warp_limit_us", asked.getWarpLimitUs()),
        microseconds("unwarp_us", asked.getUnwarpUs()));
  }

  private static long microseconds(String field, long value) {
    if (value < 0 || value > Long.MAX_VALUE / 1000) {
      throw invalid(
          "scheduling." + field,
          Long.toUnsignedString(value),
          "at most " + Long.MAX_VALUE / 1000 + " microseconds");
    }
    return value;
  }

  private static RpcFailure invalid(String field, String value, String rule) {
    return RpcFailure.invalid("spec." + field, field + " is " + value + "; it must be " + rule);
  }
}
