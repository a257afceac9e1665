package org.xenoserver.ops.domainxml;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Scheduling;

/** Makes a specification of a document that the schema has accepted. */
final class SpecReader {
  private static final BigInteger PAGE_BYTES = BigInteger.valueOf(4096);
  private static final BigInteger MEMORY_LIMIT = BigInteger.ONE.shiftLeft(62);

  /** vda before vdb, vdz before vdaa. */
  private static final Comparator<String> BY_TARGET =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private final String source;
  private final DomainSpec.Builder spec = DomainSpec.newBuilder();
  private boolean placed;

  private SpecReader(String source) {
    this.source = source;
  }

  static DomainSpec read(String source, XmlElement domain) throws DomainXmlException {
    SpecReader reader = new SpecReader(source);
    reader.identity(domain);
    reader.boot(domain);
    reader.devices(domain.child("devices"));
    reader.metadata(domain.child("metadata"));
    return reader.spec.build();
  }

  private void identity(XmlElement domain) throws DomainXmlException {
    spec.setName(domain.childText("name"));
    spec.setUuid(domain.childText("uuid").toLowerCase(Locale.ROOT));
    XmlElement memory = domain.child("memory");
    if (memory != null) {
      spec.setMemoryBytes(memoryBytes(memory));
    }
    XmlElement vcpu = domain.child("vcpu");
    spec.setVcpus(vcpu == null ? 1 : Integer.parseInt(vcpu.text()));
  }

  private long memoryBytes(XmlElement memory) throws DomainXmlException {
    String unit = memory.attribute("unit");
    BigInteger bytes =
        new BigInteger(memory.text())
            .multiply(MemoryUnit.bytes(unit == null ? MemoryUnit.DEFAULT : unit));
    if (bytes.compareTo(MEMORY_LIMIT) > 0) {
      throw problem(
          memory.textPosition,
          "memory '" + memory.text() + "' is too much; it must be at most 4 EiB");
    }
    BigInteger pages = bytes.add(PAGE_BYTES).subtract(BigInteger.ONE).divide(PAGE_BYTES);
    return pages.multiply(PAGE_BYTES).longValueExact();
  }

  private void boot(XmlElement domain) throws DomainXmlException {
    XmlElement os = domain.child("os");
    if (os == null) {
      return;
    }
    if (os.child("kernel") == null && os.child("loader") == null) {
      throw problem(os.position, "element 'kernel' (or 'loader') is missing in 'os'");
    }
    spec.setKernel(os.childText("kernel"));
    spec.setInitrd(os.childText("initrd"));
    spec.setFirmware(os.childText("loader"));
    spec.setCommandLine(os.childText("cmdline").replaceAll("\\s*\\R\\s*", " "));
  }

  private void devices(@Nullable XmlElement devices) throws DomainXmlException {
    if (devices == null) {
      return;
    }
    SortedMap<String, Disk> byTarget = new TreeMap<>(BY_TARGET);
    List<Disk> withoutTarget = new ArrayList<>();
    Set<String> consoles = new HashSet<>();
    for (XmlElement device : devices.children) {
      if (!device.name.equals("disk")) {
        if (!consoles.add(device.name)) {
          throw problem(
              device.position,
              "a second '" + device.name + "'; every domain has exactly one serial console");
        }
        continue;
      }
      Disk disk = disk(device);
      XmlElement target = device.child("target");
      if (target == null) {
        withoutTarget.add(disk);
      } else if (byTarget.putIfAbsent(String.valueOf(target.attribute("dev")), disk) != null) {
        throw problem(
            target.attributePosition("dev"),
            "target '" + target.attribute("dev") + "' is taken by another disk of this domain");
      }
    }
    spec.addAllDisks(byTarget.values()).addAllDisks(withoutTarget);
  }

  private static Disk disk(XmlElement disk) {
    XmlElement file = disk.child("source");
    return Disk.newBuilder()
        .setFile(file == null ? "" : String.valueOf(file.attribute("file")))
        .setReadOnly(disk.child("readonly") != null)
        .setShared(disk.child("shareable") != null)
        .build();
  }

  private void metadata(@Nullable XmlElement metadata) throws DomainXmlException {
    if (metadata == null) {
      return;
    }
    for (XmlElement child : metadata.children) {
      if (!child.namespace.equals(DomainXml.METADATA_NAMESPACE)) {
        continue;
      }
      if (child.name.equals("domain")) {
        for (XmlElement inner : child.children) {
          ours(inner, child);
        }
      } else {
        ours(child, metadata);
      }
    }
  }

  private void ours(XmlElement element, XmlElement parent) throws DomainXmlException {
    switch (element.name) {
      case "label" -> label(element);
      case "scheduling" -> scheduling(element);
      case "placement" -> placement(element);
      default ->
          throw problem(
              element.position,
              "unknown element '%s' in '%s'; allowed are label, scheduling and placement"
                  .formatted(element.qualifiedName, parent.qualifiedName));
    }
  }

  private void placement(XmlElement element) throws DomainXmlException {
    if (placed) {
      throw problem(
          element.position, "element '" + element.qualifiedName + "' may appear only once");
    }
    placed = true;
    PlacementXml.read(element, spec);
  }

  private void label(XmlElement label) throws DomainXmlException {
    String key = String.valueOf(label.attribute("key"));
    if (spec.containsLabels(key)) {
      throw problem(label.attributePosition("key"), "label '" + key + "' is given twice");
    }
    spec.putLabels(key, label.text());
  }

  private void scheduling(XmlElement element) throws DomainXmlException {
    if (spec.hasScheduling()) {
      throw problem(
          element.position, "element '" + element.qualifiedName + "' may appear only once");
    }
    spec.setScheduling(
        Scheduling.newBuilder()
            .setMcuAdvance((int) number(element, "mcuAdvance"))
            .setWarpUs(number(element, "warpUs"))
            .setWarpLimitUs(number(element, "warpLimitUs"))
            .setUnwarpUs(number(element, "unwarpUs")));
  }

  private static long number(XmlElement element, String attribute) {
    String value = element.attribute(attribute);
    return value == null ? 0 : Long.parseLong(value);
  }

  private DomainXmlException problem(TextPosition position, String sentence) {
    return new DomainXmlException(source, position, sentence);
  }
}
