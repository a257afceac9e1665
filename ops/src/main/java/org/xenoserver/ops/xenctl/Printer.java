package org.xenoserver.ops.xenctl;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.xenoserver.ops.domainxml.DomainXml;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.DomainUsage;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostState;

/** Writes answers in the format asked for. */
final class Printer {
  private final PrintStream out;
  private final OutputFormat format;

  Printer(PrintStream out, OutputFormat format) {
    this.out = out;
    this.format = format;
  }

  /** Whether whoever read the output is gone. */
  boolean broken() {
    return out.checkError();
  }

  boolean json() {
    return format == OutputFormat.JSON;
  }

  /** One line for people. */
  void line(String text) {
    out.println(Table.printable(text));
    out.flush();
  }

  /** One line as it is. */
  void jsonLine(Message message) {
    out.println(Json.line(message));
    out.flush();
  }

  /** One line of what is not a message of the API. */
  void jsonLine(Map<String, ?> object) {
    out.println(Json.line(object));
    out.flush();
  }

  void text(String text) {
    out.print(text);
    out.flush();
  }

  void json(Message message) {
    out.println(Json.document(message));
  }

  void json(List<? extends Message> messages) {
    out.println(Json.document(messages));
  }

  void domains(List<Domain> domains) {
    if (json()) {
      json(domains);
      return;
    }
    Table table = new Table("NAME", "STATE", "HOST", ">VCPUS", ">MEMORY", "REASON");
    for (Domain domain : domains) {
      DomainSpec spec = domain.getSpec();
      table.add(
          spec.getName(),
          state(domain.getState()),
          domain.getHost(),
          Integer.toUnsignedString(spec.getVcpus()),
          Quantities.bytes(spec.getMemoryBytes()),
          domain.getReason());
    }
    text(table.toString());
  }

  void domain(Domain domain) {
    switch (format) {
      case JSON -> json(domain);
      case XML -> text(DomainXml.write(domain.getSpec()));
      case TABLE -> text(details(domain).toString());
    }
  }

  private static Table details(Domain domain) {
    DomainSpec spec = domain.getSpec();
    Table table = new Table("FIELD", "VALUE");
    table.add("name", spec.getName());
    table.add("uuid", spec.getUuid());
    table.add("state", state(domain.getState()));
    table.add("reason", domain.getReason());
    if (domain.getState() == DomainState.DOMAIN_STATE_STOPPED) {
      table.add("exit status", Integer.toString(domain.getExitStatus()));
    }
    table.add("host", domain.getHost());
    table.add("epoch", Long.toUnsignedString(domain.getEpoch()));
    table.add("created", time(domain.getCreateTime()));
    table.add("vcpus", Integer.toUnsignedString(spec.getVcpus()));
    table.add("memory", Quantities.bytes(spec.getMemoryBytes()));
    table.add("kernel", spec.getKernel());
    table.add("initrd", spec.getInitrd());
    table.add("command line", spec.getCommandLine());
    if (!spec.getFirmware().isEmpty()) {
      table.add("firmware", spec.getFirmware());
    }
    for (Disk disk : spec.getDisksList()) {
      table.add("disk", disk.getFile() + (disk.getReadOnly() ? " (read only)" : ""));
    }
    for (var label : new TreeMap<>(spec.getLabelsMap()).entrySet()) {
      table.add("label " + label.getKey(), label.getValue());
    }
    return table;
  }

  void hosts(List<Host> hosts) {
    if (json()) {
      json(hosts);
      return;
    }
    Table table =
        new Table(
            "NAME",
            "STATE",
            "ADDRESS",
            ">CPUS",
            ">MEMORY",
            ">ASSIGNED",
            ">DOMAINS",
            "ENGINE",
            "VERSION");
    for (Host host : hosts) {
      table.add(
          host.getName(),
          state(host.getState()),
          host.getAddress(),
          Integer.toUnsignedString(host.getProcessors()),
          Quantities.bytes(host.getMemoryBytes()),
          Quantities.bytes(host.getMemoryAssignedBytes()),
          Integer.toUnsignedString(host.getDomains()),
          host.getEngine(),
          host.getVersion());
    }
    text(table.toString());
  }

  void usage(List<DomainUsage> usage) {
    if (json()) {
      json(usage);
      return;
    }
    Table table =
        new Table(
            "NAME",
            "HOST",
            ">CPU",
            ">STEAL",
            ">INSTRUCTIONS",
            ">MEMORY",
            ">DISK READ",
            ">DISK WRITTEN");
    for (DomainUsage domain : usage) {
      table.add(
          domain.getDomainName(),
          domain.getHost(),
          Quantities.seconds(domain.getCpuNs()),
          Quantities.seconds(domain.getWaitNs()),
          Quantities.count(domain.getRetiredInstructions()),
          Quantities.gibibyteSeconds(domain.getMemoryByteSeconds()),
          Quantities.bytes(domain.getDiskReadBytes()),
          Quantities.bytes(domain.getDiskWriteBytes()));
    }
    text(table.toString());
  }

  /** RUNNING for {@code DOMAIN_STATE_RUNNING}. */
  static String state(DomainState state) {
    return state.name().replaceFirst("^DOMAIN_STATE_", "");
  }

  private static String state(HostState state) {
    return state.name().replaceFirst("^HOST_STATE_", "");
  }

  private static String time(Timestamp time) {
    return time.equals(Timestamp.getDefaultInstance())
        ? ""
        : Instant.ofEpochSecond(time.getSeconds(), time.getNanos())
            .truncatedTo(ChronoUnit.SECONDS)
            .toString();
  }
}
