package org.xenoserver.ops;

import java.util.Arrays;
import java.util.concurrent.Callable;
import org.xenoserver.accounting.AccountingMain;
import org.xenoserver.clustermanager.ClusterManagerMain;
import org.xenoserver.hostagent.HostAgentMain;
import org.xenoserver.hostagent.SoftwareHypervisor;
import org.xenoserver.ops.bench.BenchCommand;
import org.xenoserver.ops.cluster.UpCommand;
import org.xenoserver.ops.cluster.ZooKeeperCommand;
import org.xenoserver.ops.demo.DemoCommand;
import org.xenoserver.ops.image.ImageCommand;
import org.xenoserver.ops.simulate.SimulateCommand;
import org.xenoserver.ops.verify.VerifyCommand;
import org.xenoserver.ops.xenctl.Xenctl;
import org.xenoserver.proto.BuildVersion;
import org.xenoserver.vmm.run.RunCommand;

/**
 * The door: {@code xeno COMMAND [ARGUMENT...]}. Each command is a class of its own, and only the
 * one asked for is loaded, as {@code xeno run} must start fast.
 */
public final class Xeno {
  private static final String USAGE =
      """
      Usage: xeno COMMAND [ARGUMENT...]

      Machines
        run              run one virtual machine here, with its console on this terminal
        image            fetch, import, list and remove guest images
      Clusters
        demo             boot two guests on a cluster of two hosts and show what they used
        up               start a whole cluster in one process
        ctl              the client, also ./xenctl
        cluster-manager  the daemon that accepts requests and places domains
        host-agent       the daemon of each host
        accounting       the daemon that collects what domains used
        zookeeper        a ZooKeeper server for trying things out
      Development
        verify           look for mistakes of the processor by long runs
        simulate         look for mistakes of the control plane in virtual time
        bench            measure against peers and bounds
        test             build, check and test everything
        version          print the version

      xeno COMMAND --help tells more.
      """;

  private Xeno() {}

  /** Runs one command and ends the process with its status. */
  public static void main(String[] args) {
    String name = args.length == 0 ? "help" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (name) {
      case "ctl" -> Xenctl.main(rest);
      case "version", "--version", "-V" -> end(print("XenoServer " + BuildVersion.CURRENT + "\n"));
      case "help", "--help", "-h" -> end(print(USAGE));
      default -> end(run(name, rest));
    }
  }

  private static int run(String name, String[] arguments) {
    Callable<Integer> command =
        switch (name) {
          case "run" -> new RunCommand();
          case "image" -> new ImageCommand();
          case "demo" -> new DemoCommand();
          case "bench" -> new BenchCommand();
          case "verify" -> new VerifyCommand();
          case "simulate" -> new SimulateCommand();
          case "up" -> new UpCommand(SoftwareHypervisor.factory());
          case "cluster-manager" -> new ClusterManagerMain();
          case "host-agent" -> new HostAgentMain(SoftwareHypervisor.factory());
          case "accounting" -> new AccountingMain();
          case "zookeeper" -> new ZooKeeperCommand();
          default -> null;
        };
    if (command == null) {
      System.err.println("xeno: there is no command '" + name + "'; xeno help lists them");
      return Invocation.WRONG_USAGE;
    }
    return Invocation.run("xeno " + name, command, arguments);
  }

  private static int print(String text) {
    System.out.print(text);
    System.out.flush();
    return 0;
  }

  private static void end(int status) {
    System.out.flush();
    System.exit(status);
  }
}
