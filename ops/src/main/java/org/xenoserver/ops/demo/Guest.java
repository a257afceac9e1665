package org.xenoserver.ops.demo;

import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingV2Stub;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.WatchDomainsRequest;

/** One domain of the demonstration, driven through the cluster manager's API. */
final class Guest implements AutoCloseable {
  private static final Duration CALL_PATIENCE = Duration.ofSeconds(30);
  private static final Duration BOOT_PATIENCE = Duration.ofSeconds(150);
  private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(60);

  private final Domain domain;
  private final GuestConsole console;

  private Guest(Domain domain, GuestConsole console) {
    this.domain = domain;
    this.console = console;
  }

  /** Creates and starts a domain, and follows its console once it runs. */
  static Guest create(ManagedChannel manager, DomainSpec spec, PrintStream out)
      throws DemoException, InterruptedException {
    try {
      Domain created =
          calls(manager, CALL_PATIENCE)
              .createDomain(CreateDomainRequest.newBuilder().setSpec(spec).setStart(true).build());
      awaitRunning(manager, spec.getName());
      GuestConsole console =
          GuestConsole.attach(DomainServiceGrpc.newStub(manager), spec.getName(), out);
      return new Guest(created, console);
    } catch (StatusException e) {
      throw new DemoException(
          "domain %s was not created: %s".formatted(spec.getName(), Sentences.of(e)), e);
    }
  }

  private static void awaitRunning(ManagedChannel manager, String name)
      throws StatusException, DemoException, InterruptedException {
    BlockingClientCall<?, DomainEvent> events =
        calls(manager, CALL_PATIENCE)
            .watchDomains(WatchDomainsRequest.newBuilder().setDomain(name).build());
    try {
      for (DomainEvent event = events.read(); event != null; event = events.read()) {
        Domain seen = event.getDomain();
        if (seen.getState() == DomainState.DOMAIN_STATE_RUNNING) {
          return;
        } else if (seen.getState() == DomainState.DOMAIN_STATE_CRASHED) {
          throw new DemoException("domain %s failed: %s".formatted(name, seen.getReason()));
        }
      }
      throw new DemoException("the manager ended the watch of domain " + name);
    } finally {
      events.cancel("no more events wanted", null);
    }
  }

  String name() {
    return domain.getSpec().getName();
  }

  /** The host the manager chose. */
  String host() {
    return domain.getHost();
  }

  /** Waits for the shell; returns the line in which the kernel gave its version. */
  String awaitPrompt() throws DemoException, InterruptedException {
    String version =
        console.await(
            Pattern.compile("Linux version [^ ]+(?= )"), "its kernel's version", BOOT_PATIENCE);
    console.await(prompt(), "a shell prompt", BOOT_PATIENCE);
    return version;
  }

  /**
   * Types a command and waits for what it prints and for the next prompt.
   *
   * @param answer what its output must match
   */
  String run(String command, Pattern answer) throws DemoException, InterruptedException {
    console.type(command);
    String found = console.await(answer, "the answer of a command", COMMAND_PATIENCE);
    console.await(prompt(), "the prompt after a command", COMMAND_PATIENCE);
    return found;
  }

  private Pattern prompt() {
    return Pattern.compile(Pattern.quote("root@" + name() + ":") + "\\S*# ");
  }

  /** Leaves its console; the domain goes with its cluster. */
  @Override
  public void close() {
    console.close();
  }

  private static DomainServiceBlockingV2Stub calls(ManagedChannel manager, Duration patience) {
    return DomainServiceGrpc.newBlockingV2Stub(manager)
        .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
