package org.xenoserver.ops.domainxml;

import java.io.StringWriter;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.PlacementRule;
import org.xenoserver.proto.v1.Scheduling;

/** Writes a specification as domain XML, two spaces per level. */
final class SpecWriter {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private final XMLStreamWriter xml;
  private int depth;

  private SpecWriter(XMLStreamWriter xml) {
    this.xml = xml;
  }

  static String write(DomainSpec spec) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      new SpecWriter(xml).domain(spec);
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("cannot write XML to memory", e);
    }
    return text.append('\n').toString();
  }

  private void domain(DomainSpec spec) throws XMLStreamException {
    xml.writeStartElement("domain");
    xml.writeAttribute("type", "xenoserver");
    depth++;
    leaf("name", spec.getName());
    if (!spec.getUuid().isEmpty()) {
      leaf("uuid", spec.getUuid());
    }
    memory(spec.getMemoryBytes());
    leaf("vcpu", Integer.toUnsignedString(spec.getVcpus()));
    start("os");
    leaf("type", "hvm", "arch", "riscv64");
    optionalLeaf("loader", spec.getFirmware());
    optionalLeaf("kernel", spec.getKernel());
    optionalLeaf("initrd", spec.getInitrd());
    optionalLeaf("cmdline", spec.getCommandLine());
    end();
    if (spec.getDisksCount() > 0) {
      start("devices");
      for (int i = 0; i < spec.getDisksCount(); i++) {
        disk(spec.getDisks(i), target(i));
      }
      end();
    }
    if (spec.getLabelsCount() > 0 || spec.hasScheduling() || PlacementXml.isGiven(spec)) {
      metadata(spec);
    }
    end();
  }

  private void memory(long bytes) throws XMLStreamException {
    long amount = bytes / 1024;
    int unit = 0;
    while (amount != 0 && amount % 1024 == 0 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    leaf("memory", Long.toString(amount), "unit", UNITS[unit]);
  }

  private static String target(int index) {
    String last = String.valueOf((char) ('a' + index % 26));
    return index < 26 ? "vd" + last : "vd" + (char) ('a' + index / 26 - 1) + last;
  }

  private void disk(Disk disk, String target) throws XMLStreamException {
    start("disk", "type", "file", "device", "disk");
    leaf("driver", "", "type", "raw");
    leaf("source", "", "file", disk.getFile());
    leaf("target", "", "dev", target, "bus", "virtio");
    if (disk.getReadOnly()) {
      leaf("readonly", "");
    }
    if (disk.getShared()) {
      leaf("shareable", "");
    }
    end();
  }

  private void metadata(DomainSpec spec) throws XMLStreamException {
    start("metadata");
    start("xs:domain", "xmlns:xs", DomainXml.METADATA_NAMESPACE);
    for (var label : new TreeMap<>(spec.getLabelsMap()).entrySet()) {
      leaf("xs:label", label.getValue(), "key", label.getKey());
    }
    if (spec.hasScheduling()) {
      scheduling(spec.getScheduling());
    }
    if (PlacementXml.isGiven(spec)) {
      placement(spec);
    }
    end();
    end();
  }

  private void placement(DomainSpec spec) throws XMLStreamException {
    start("xs:placement", PlacementXml.attributes(spec).toArray(String[]::new));
    for (PlacementRule rule : spec.getPlacement().getRulesList()) {
      leaf("xs:rule", "", PlacementXml.attributes(rule).toArray(String[]::new));
    }
    end();
  }

  private void scheduling(Scheduling scheduling) throws XMLStreamException {
    newLine();
    xml.writeEmptyElement("xs:scheduling");
    number("mcuAdvance", Integer.toUnsignedLong(scheduling.getMcuAdvance()));
    number("warpUs", scheduling.getWarpUs());
    number("warpLimitUs", scheduling.getWarpLimitUs());
    number("unwarpUs", scheduling.getUnwarpUs());
  }

  private void number(String attribute, long value) throws XMLStreamException {
    if (value != 0) {
      xml.writeAttribute(attribute, Long.toUnsignedString(value));
    }
  }

  private void optionalLeaf(String name, String text) throws XMLStreamException {
    if (!text.isEmpty()) {
      leaf(name, text);
    }
  }

  /** An element without elements, on its own line. */
  private void leaf(String name, String text, String... attributes) throws XMLStreamException {
    newLine();
    if (text.isEmpty()) {
      xml.writeEmptyElement(name);
      attributes(attributes);
    } else {
      xml.writeStartElement(name);
      attributes(attributes);
      xml.writeCharacters(text);
      xml.writeEndElement();
    }
  }

  private void start(String name, String... attributes) throws XMLStreamException {
    newLine();
    xml.writeStartElement(name);
    attributes(attributes);
    depth++;
  }

  private void end() throws XMLStreamException {
    depth--;
    newLine();
    xml.writeEndElement();
  }

  private void attributes(String... namesAndValues) throws XMLStreamException {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      xml.writeAttribute(namesAndValues[i], namesAndValues[i + 1]);
    }
  }

  private void newLine() throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }
}
