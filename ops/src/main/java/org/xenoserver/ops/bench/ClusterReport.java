package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code bench cluster} found.
 *
 * @param processorSeconds used during the measurement, by process
 * @param problems a sentence for each thing that makes the run worth nothing
 */
record ClusterReport(
    Setup setup,
    Throughput throughput,
    Latency latency,
    Commits commits,
    Writes zookeeper,
    Map<String, Double> processorSeconds,
    Checks checks,
    List<String> problems) {

  /**
   * What was measured, and where.
   *
   * @param fileSystem where ZooKeeper's log is; it is forced to disk before an answer
   * @param takenUp whether answers waited until the host had taken the domain up
   */
  record Setup(
      String operatingSystem,
      int processors,
      double loadAverage,
      String java,
      int hosts,
      int sessions,
      double leaseSeconds,
      int zookeepers,
      String fileSystem,
      int channels,
      int inFlight,
      boolean takenUp,
      double warmUpSeconds,
      double seconds) {}

  /**
   * Domains acknowledged while it was measured.
   *
   * @param perSecond their number in each whole second
   */
  record Throughput(
      int domains, double mean, double median, int slowestSecond, List<Integer> perSecond) {
    /** Counts answers in a window. */
    static Throughput of(List<CreateLoad.Answered> answers, long fromNs, int seconds) {
      int[] counts = new int[seconds];
      for (CreateLoad.Answered answered : answers) {
        long second = Math.floorDiv(answered.answeredNs() - fromNs, 1_000_000_000L);
        if (second >= 0 && second < seconds) {
          counts[(int) second]++;
        }
      }
      int sum = Arrays.stream(counts).sum();
      List<Integer> perSecond = Arrays.stream(counts).boxed().toList();
      return new Throughput(
          sum,
          (double) sum / seconds,
          Statistics.median(perSecond.stream().map(Integer::doubleValue).toList()),
          Arrays.stream(counts).min().orElse(0),
          perSecond);
    }
  }

  /** From a request's being sent to its answer, in milliseconds. */
  record Latency(double p50Ms, double p90Ms, double p99Ms, double maxMs) {
    /** Of the answers in a window. */
    static Latency of(List<CreateLoad.Answered> answers, long fromNs, int seconds) {
      long[] sorted =
          answers.stream()
              .filter(answered -> answered.answeredNs() - fromNs >= 0)
              .filter(answered -> answered.answeredNs() - fromNs < seconds * 1_000_000_000L)
              .mapToLong(answered -> answered.answeredNs() - answered.sentNs())
              .sorted()
              .toArray();
      return new Latency(
          percentileMs(sorted, 50),
          percentileMs(sorted, 90),
          percentileMs(sorted, 99),
          percentileMs(sorted, 100));
    }

    /** The smallest value that so many per cent are not above; 0 of nothing. */
    private static double percentileMs(long[] sorted, int percent) {
      if (sorted.length == 0) {
        return 0;
      }
      int rank = (int) Math.ceil(sorted.length * percent / 100.0);
      return sorted[Math.max(1, rank) - 1] / 1e6;
    }
  }

  /** The leading manager's commits in the whole run, as ZooKeeper logged them. */
  record Commits(
      int commits,
      double domainsMedian,
      int domainsMost,
      double nodesMedian,
      int nodesMost,
      double bytesMedian,
      long bytesMost) {
    /** Of those that created domains. */
    static Commits of(List<TransactionLog.LeaderCommit> all) {
      List<TransactionLog.LeaderCommit> commits =
          all.stream().filter(commit -> commit.domains() > 0).toList();
      if (commits.isEmpty()) {
        return new Commits(0, 0, 0, 0, 0, 0, 0);
      }
      return new Commits(
          commits.size(),
          Statistics.median(commits.stream().map(commit -> (double) commit.domains()).toList()),
          commits.stream().mapToInt(TransactionLog.LeaderCommit::domains).max().orElse(0),
          Statistics.median(commits.stream().map(commit -> (double) commit.nodes()).toList()),
          commits.stream().mapToInt(TransactionLog.LeaderCommit::nodes).max().orElse(0),
          Statistics.median(commits.stream().map(commit -> (double) commit.bytes()).toList()),
          commits.stream().mapToLong(TransactionLog.LeaderCommit::bytes).max().orElse(0));
    }
  }

  /**
   * All writes of the whole run, as ZooKeeper logged them.
   *
   * @param commitBytesPerDomain of the leading manager's commits
   * @param bytesPerDomain with statuses, proofs and registrations
   * @param proofs of leases that hosts wrote
   * @param checks agents answered
   */
  record Writes(
      long transactions,
      long bytes,
      double commitBytesPerDomain,
      double bytesPerDomain,
      long proofs,
      long checks) {}

  /**
   * What is stored, beside what was acknowledged.
   *
   * @param missing acknowledged and not stored
   * @param elsewhere stored with another host than was answered
   * @param notAssigned without their host's copy
   * @param twice acknowledged under one UUID
   * @param surplus stored, though neither acknowledged nor of a request that failed
   * @param strayAssignments more or fewer than domains
   * @param notTakenUp without a status of their host
   */
  record Checks(
      int acknowledged,
      int stored,
      int missing,
      int elsewhere,
      int notAssigned,
      int twice,
      int surplus,
      int strayAssignments,
      int notTakenUp) {
    /** A sentence for everything that is not as it must be. */
    List<String> problems() {
      List<String> problems = new ArrayList<>();
      note(problems, missing, "acknowledged domains are not stored");
      note(problems, elsewhere, "domains are stored with another host than was answered");
      note(problems, notAssigned, "acknowledged domains are not assigned to their host");
      note(problems, twice, "domains were acknowledged twice");
      note(problems, surplus, "domains are stored that nobody asked for");
      note(problems, strayAssignments, "assignments differ from the domains stored");
      note(problems, notTakenUp, "domains were not taken up by their host");
      return problems;
    }

    private static void note(List<String> problems, int count, String what) {
      if (count > 0) {
        problems.add(count + " " + what);
      }
    }
  }

  /** The report for people; problems are told on standard error. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s, %d processors, load %.2f, Java %s",
        setup.operatingSystem(),
        setup.processors(),
        setup.loadAverage(),
        setup.java());
    line(
        text,
        "%d hosts in %d ZooKeeper sessions, lease %.0f s; %d ZooKeeper server%s, log forced to %s;"
            + " one manager; each a process of its own, hosts and clients in this one",
        setup.hosts(),
        setup.sessions(),
        setup.leaseSeconds(),
        setup.zookeepers(),
        setup.zookeepers() == 1 ? "" : "s",
        setup.fileSystem());
    line(
        text,
        "%d requests in flight on %d connections, answered when %s; %.0f s after %.0f s of warm-up",
        setup.inFlight(),
        setup.channels(),
        setup.takenUp() ? "the host has taken the domain up" : "the assignment is stored",
        setup.seconds(),
        setup.warmUpSeconds());
    line(
        text,
        "domains/s     median %.0f, slowest second %d, mean %.0f (%d domains)",
        throughput.median(),
        throughput.slowestSecond(),
        throughput.mean(),
        throughput.domains());
    line(
        text,
        "latency ms    p50 %.1f, p90 %.1f, p99 %.1f, longest %.1f",
        latency.p50Ms(),
        latency.p90Ms(),
        latency.p99Ms(),
        latency.maxMs());
    line(
        text,
        "commits       %d, domains in one: median %.0f, most %d; nodes %.0f, %d; bytes %.0f, %d",
        commits.commits(),
        commits.domainsMedian(),
        commits.domainsMost(),
        commits.nodesMedian(),
        commits.nodesMost(),
        commits.bytesMedian(),
        commits.bytesMost());
    line(
        text,
        "ZooKeeper     %d transactions, %d bytes; per domain %.0f in commits, %.0f in all;"
            + " %d proofs of leases",
        zookeeper.transactions(),
        zookeeper.bytes(),
        zookeeper.commitBytesPerDomain(),
        zookeeper.bytesPerDomain(),
        zookeeper.proofs());
    processorSeconds.forEach((process, seconds) ->
        line(
            text,
            "processor     %-10s %6.1f s, %.0f us per domain",
            process,
            seconds,
            throughput.domains() == 0 ? 0 : seconds * 1e6 / throughput.domains()));
    line(
        text,
        "checked       %d acknowledged, %d stored, %d checks by agents: %s",
        checks.acknowledged(),
        checks.stored(),
        zookeeper.checks(),
        problems.isEmpty() ? "all as acknowledged" : problems.size() + " problems");
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
