package org.xenoserver.ops.xenctl;

import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.xenoserver.ops.domainxml.DomainXml;
import org.xenoserver.ops.domainxml.DomainXmlException;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingV2Stub;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.ListDomainsRequest;

/** What can be done to domains by name. */
final class DomainVerbs {
  /** One change of a domain's life. */
  @FunctionalInterface
  interface Change {
    Domain apply(DomainServiceBlockingV2Stub stub, DomainRequest request) throws StatusException;
  }

  private static final Set<DomainState> ENDED =
      EnumSet.of(
          DomainState.DOMAIN_STATE_STOPPED,
          DomainState.DOMAIN_STATE_CRASHED,
          DomainState.DOMAIN_STATE_LOST,
          DomainState.DOMAIN_STATE_DESTROYED);

  private final Server manager;
  private final Printer printer;
  private final ErrorPrinter errors;

  DomainVerbs(Server manager, Printer printer, ErrorPrinter errors) {
    this.manager = manager;
    this.printer = printer;
    this.errors = errors;
  }

  /**
   * Reads domain XML.
   *
   * @param file a path, or - for standard input
   */
  static DomainSpec read(String file, InputStream standardInput) throws Failure {
    String name = file.equals("-") ? "standard input" : file;
    try {
      return DomainXml.parse(name, bytes(file, standardInput));
    } catch (DomainXmlException e) {
      throw Failure.of(ExitStatus.USAGE, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw Failure.of(ExitStatus.USAGE, "cannot read " + name + ": no such file");
    } catch (AccessDeniedException e) {
      throw Failure.of(ExitStatus.USAGE, "cannot read " + name + ": permission denied");
    } catch (IOException | InvalidPathException e) {
      throw Failure.of(ExitStatus.USAGE, "cannot read " + name + ": " + e.getMessage());
    }
  }

  private static byte[] bytes(String file, InputStream standardInput) throws IOException {
    if (file.equals("-")) {
      return standardInput.readNBytes(DomainXml.MAXIMUM_BYTES + 1);
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return in.readNBytes(DomainXml.MAXIMUM_BYTES + 1);
    }
  }

  /** Creates a domain; with {@code wait} also sees it through to RUNNING or DEFINED. */
  Domain create(DomainSpec spec, boolean start, String host, boolean wait)
      throws StatusException, Failure, InterruptedException {
    CreateDomainRequest request =
        CreateDomainRequest.newBuilder().setSpec(spec).setStart(start).setHost(host).build();
    Domain created = manager.domains().createDomain(request);
    if (!wait) {
      return created;
    }
    Set<DomainState> awaited = EnumSet.copyOf(ENDED);
    awaited.add(DomainState.DOMAIN_STATE_RUNNING);
    if (!start) {
      awaited.add(DomainState.DOMAIN_STATE_DEFINED);
    }
    return finished(new DomainWatch(manager).await(spec.getName(), awaited));
  }

  /** Says what became of a domain just created. */
  void created(Domain domain) {
    if (printer.json()) {
      printer.json(domain);
    } else {
      printer.line(summary(domain));
    }
  }

  ExitStatus list() throws StatusException {
    printer.domains(
        manager.domains().listDomains(ListDomainsRequest.getDefaultInstance()).getDomainsList());
    return ExitStatus.OK;
  }

  ExitStatus show(String domain) throws StatusException {
    printer.domain(manager.domains().getDomain(request(domain)));
    return ExitStatus.OK;
  }

  /**
   * Changes each of several domains; one that fails does not keep the others from their turn.
   *
   * @return what the first that failed failed with
   */
  ExitStatus change(List<String> domains, boolean waitForEnd, Change change)
      throws InterruptedException {
    List<Domain> changed = new ArrayList<>();
    ExitStatus worst = ExitStatus.OK;
    for (String name : domains) {
      try {
        Domain domain = change(name, waitForEnd, change);
        changed.add(domain);
        if (!printer.json()) {
          printer.line(summary(domain));
        }
      } catch (Failure failure) {
        errors.print(failure);
        worst = worst == ExitStatus.OK ? failure.exitStatus() : worst;
      }
    }
    if (printer.json() && domains.size() > 1) {
      printer.json(changed);
    } else if (printer.json() && !changed.isEmpty()) {
      printer.json(changed.getFirst());
    }
    return worst;
  }

  private Domain change(String name, boolean waitForEnd, Change change)
      throws Failure, InterruptedException {
    try {
      Domain domain = change.apply(manager.domains(), request(name));
      return waitForEnd ? finished(new DomainWatch(manager).await(name, ENDED)) : domain;
    } catch (StatusException e) {
      throw manager.failure(e);
    }
  }

  private static Domain finished(Domain domain) throws Failure {
    return switch (domain.getState()) {
      case DOMAIN_STATE_CRASHED, DOMAIN_STATE_LOST ->
          throw Failure.of(ExitStatus.REFUSED, "domain " + summary(domain));
      case DOMAIN_STATE_UNSPECIFIED,
          DOMAIN_STATE_PENDING,
          DOMAIN_STATE_DEFINED,
          DOMAIN_STATE_RUNNING,
          DOMAIN_STATE_PAUSED,
          DOMAIN_STATE_SHUTTING_DOWN,
          DOMAIN_STATE_STOPPED,
          DOMAIN_STATE_DESTROYED,
          UNRECOGNIZED ->
          domain;
    };
  }

  static String summary(Domain domain) {
    String where = domain.getHost().isEmpty() ? "" : " on " + domain.getHost();
    String why = domain.getReason().isEmpty() ? "" : ": " + domain.getReason();
    return domain.getSpec().getName() + " is " + Printer.state(domain.getState()) + where + why;
  }

  private static DomainRequest request(String domain) {
    return DomainRequest.newBuilder().setDomain(domain).build();
  }
}
