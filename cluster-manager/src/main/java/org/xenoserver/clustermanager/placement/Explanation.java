package org.xenoserver.clustermanager.placement;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Why a domain goes where it goes, or nowhere: every host either is a candidate with a score, or
 * was refused by the first filter that it did not pass.
 *
 * @param demand what was asked for
 * @param policy the name of the policy that rated candidates
 * @param chosen the host that was chosen; empty if none
 * @param candidates the best first
 * @param rejections by name of the host
 */
public record Explanation(
    Demand demand,
    String policy,
    Optional<String> chosen,
    List<Candidate> candidates,
    List<Rejection> rejections) {

  /**
   * A host that passed all filters.
   *
   * @param score 0 to 100, the highest being the best
   * @param free what it has left without the domain
   * @param domains how many it has without the domain
   */
  public record Candidate(String host, double score, Resources free, int domains) {}

  /**
   * A host that did not pass a filter.
   *
   * @param reason what the host lacks or breaks, as the end of a sentence that begins with its name
   */
  public record Rejection(String host, Filter filter, String reason) {}

  /** How many hosts each filter refused. */
  public Map<Filter, Long> refused() {
    Map<Filter, Long> counts = new EnumMap<>(Filter.class);
    rejections.forEach(rejection -> counts.merge(rejection.filter(), 1L, Long::sum));
    return counts;
  }

  /** One sentence. */
  public String summary() {
    if (chosen.isPresent()) {
      String host = chosen.get();
      List<String> hosts = candidates.stream().map(Candidate::host).toList();
      int place = hosts.indexOf(host);
      return place < 0 ? summaryOfRefused(host) : summaryOfCandidate(host, place);
    }
    if (rejections.isEmpty()) {
      return "domain '%s' cannot be placed: there is no host".formatted(demand.domain());
    }
    StringBuilder text =
        new StringBuilder(
            "domain '%s' cannot be placed on any of %d hosts: "
                .formatted(demand.domain(), rejections.size()));
    String separator = "";
    for (Map.Entry<Filter, Long> entry : refused().entrySet()) {
      Rejection first = first(entry.getKey());
      text.append(separator)
          .append(entry.getValue())
          .append(" by ")
          .append(entry.getKey().text())
          .append(" (")
          .append(first.host())
          .append(' ')
          .append(first.reason())
          .append(')');
      separator = ", ";
    }
    return text.toString();
  }

  private String summaryOfCandidate(String host, int place) {
    return "domain '%s' goes to host %s, %s of %d candidates by policy %s; %d hosts were refused"
        .formatted(
            demand.domain(),
            host,
            place == 0 ? "the best" : "number " + (place + 1),
            candidates.size(),
            policy,
            rejections.size());
  }

  /** Where the chosen host would not take the domain by now. */
  private String summaryOfRefused(String host) {
    List<Rejection> others =
        rejections.stream().filter(rejection -> !rejection.host().equals(host)).toList();
    String reason =
        rejections.stream()
            .filter(rejection -> rejection.host().equals(host))
            .map(Rejection::reason)
            .findFirst()
            .orElse("is not known any more");
    return "domain '%s' is on host %s, which %s; candidates by policy %s: %d, refused: %d"
        .formatted(demand.domain(), host, reason, policy, candidates.size(), others.size());
  }

  private Rejection first(Filter filter) {
    return rejections.stream()
        .filter(rejection -> rejection.filter() == filter)
        .findFirst()
        .orElseThrow();
  }

  /**
   * In columns for a terminal: candidates with their scores, then refused hosts with the reason,
   * then how many each filter refused.
   *
   * @param rows how many candidates, and how many refused hosts, are shown at most
   */
  public String text(int rows) {
    StringBuilder text = new StringBuilder(summary()).append('\n');
    text.append("asked for ").append(demand.resources().text());
    text.append(", priority ").append(demand.priority()).append('\n');
    if (!candidates.isEmpty()) {
      text.append('\n').append(line("CANDIDATE", "SCORE", "LEFT ON IT"));
      for (Candidate candidate : candidates.subList(0, Math.min(rows, candidates.size()))) {
        boolean mark = chosen.filter(candidate.host()::equals).isPresent();
        text.append(
            line(
                candidate.host(),
                String.format(Locale.ROOT, "%.2f", candidate.score()),
                candidate.free().text()
                    + ", "
                    + candidate.domains()
                    + (candidate.domains() == 1 ? " domain" : " domains")
                    + (mark ? "  <- chosen" : "")));
      }
      text.append(more(candidates.size() - rows));
    }
    if (!rejections.isEmpty()) {
      text.append('\n').append(line("REFUSED", "BY", "IT"));
      for (Rejection rejection : rejections.subList(0, Math.min(rows, rejections.size()))) {
        text.append(line(rejection.host(), rejection.filter().text(), rejection.reason()));
      }
      text.append(more(rejections.size() - rows));
      text.append('\n').append(line("FILTER", "HOSTS", "FOR INSTANCE"));
      refused()
          .forEach((filter, count) -> {
            Rejection first = first(filter);
            text.append(line(filter.text(), count.toString(), first.host() + " " + first.reason()));
          });
    }
    return text.toString();
  }

  private static String more(int number) {
    return number > 0 ? "and " + number + " more\n" : "";
  }

  private static String line(String first, String second, String third) {
    return "%-24s  %-13s  %s%n".formatted(first, second, third);
  }
}
