package org.xenoserver.ops.demo;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.xenoserver.hostagent.SoftwareHypervisor;
import org.xenoserver.ops.cluster.EmbeddedCluster;
import org.xenoserver.ops.cluster.EmbeddedClusterConfig;
import org.xenoserver.ops.domainxml.DomainXml;
import org.xenoserver.ops.domainxml.DomainXmlException;
import org.xenoserver.ops.image.DebianImage;
import org.xenoserver.ops.image.ImageException;
import org.xenoserver.ops.image.ImageStore;
import org.xenoserver.ops.image.Progress;
import org.xenoserver.ops.xenctl.Xenctl;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.DomainSpec;
import picocli.CommandLine.Command;

/**
 * A cluster of two hosts with a guest on each, from nothing to the bill and back to nothing. Every
 * wait has a limit; whatever goes wrong ends it with one sentence and a status that is not zero.
 */
@Command(
    name = "demo",
    description = "Boots two guests on a cluster of two hosts and shows what they used.")
public final class DemoCommand implements Callable<Integer> {
  private static final List<String> DOMAINS = List.of("alpha", "beta");
  private static final String WORK = "uname -a; uptime; head -c 1000000 /dev/urandom | sha256sum";
  private static final Pattern ANSWER = Pattern.compile("\\b[0-9a-f]{64}  -");
  private static final int STOP_SECONDS = 20;

  private final PrintStream out = System.out;

  @Override
  public Integer call()
      throws ImageException, IOException, DomainXmlException, DemoException, InterruptedException {
    List<DomainSpec> specs = new ArrayList<>();
    for (String name : DOMAINS) {
      Path file = examples().resolve(name + ".xml");
      specs.add(DomainXml.parse(file.toString(), Files.readAllBytes(file)));
    }
    say("looking for the image");
    new DebianImage(ImageStore.ofUser(System.getenv()), Clock.systemUTC(), new Progress(System.err))
        .fetch(false);
    CountDownLatch stopped = stopWhenInterrupted(Thread.currentThread());
    try {
      say("starting a cluster of two hosts");
      try (EmbeddedCluster cluster =
          EmbeddedCluster.start(
              EmbeddedClusterConfig.ofHosts(DOMAINS.size()), SoftwareHypervisor.factory())) {
        show(cluster, specs);
        say("stopping the guests and the cluster");
      }
      say("done");
      return 0;
    } finally {
      stopped.countDown();
    }
  }

  private void show(EmbeddedCluster cluster, List<DomainSpec> specs)
      throws DemoException, InterruptedException {
    String manager = cluster.manager().toString();
    ManagedChannel channel = Channels.open(cluster.manager());
    List<Guest> guests = new ArrayList<>();
    try {
      for (DomainSpec spec : specs) {
        Guest guest = Guest.create(channel, spec, out);
        guests.add(guest);
        say("domain %s is on host %s".formatted(guest.name(), guest.host()));
      }
      for (Guest guest : guests) {
        String version = guest.awaitPrompt();
        say("%s has booted: %s".formatted(guest.name(), version));
      }
      if (guests.stream().map(Guest::host).distinct().count() != guests.size()) {
        throw new DemoException("the manager put more than one domain on a host");
      }
      for (Guest guest : guests) {
        guest.run(WORK, ANSWER);
      }
      table("Placement", "--manager", manager, "list");
      table("Hosts", "--manager", manager, "hosts");
      table("Usage", "--accounting", cluster.accounting().toString(), "usage");
    } finally {
      guests.forEach(Guest::close);
      channel.shutdownNow();
    }
  }

  private void table(String title, String... xenctl) throws DemoException {
    out.println();
    out.println(title);
    out.flush();
    int status = Xenctl.run(xenctl);
    if (status != 0) {
      throw new DemoException("xenctl ended with " + status);
    }
  }

  private void say(String what) {
    out.println("demo: " + what);
  }

  /** Where the launcher says the examples are. */
  private static Path examples() throws DemoException {
    String folder = System.getProperty("xenoserver.examples", "");
    if (folder.isEmpty()) {
      throw new DemoException("the folder of examples is not known; start with ./xeno demo");
    }
    return Path.of(folder);
  }

  /** Lets Ctrl-C end the steps where they are, and waits until all is stopped. */
  private static CountDownLatch stopWhenInterrupted(Thread steps) {
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              steps.interrupt();
              try {
                stopped.await(STOP_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "demo-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    return stopped;
  }
}
