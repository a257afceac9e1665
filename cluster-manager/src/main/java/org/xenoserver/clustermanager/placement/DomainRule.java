package org.xenoserver.clustermanager.placement;

/**
 * What a domain demands of where other domains are. Rules hold when a domain is placed; what
 * happens to the others later does not move it.
 *
 * <p>A host whose failure domain is shorter than a rule's depth is in no such place, and is refused
 * by the rule.
 */
public sealed interface DomainRule {
  /** Which domains the rule looks at, by their labels. */
  Selector domains();

  Scope scope();

  /**
   * Together with at least one of the domains. The first of domains that attract each other may go
   * anywhere: while no placed domain matches, a domain that matches its own rule is free of it.
   */
  record Affinity(Selector domains, Scope scope) implements DomainRule {
    @Override
    public String toString() {
      return "with " + domains;
    }
  }

  /**
   * Not together with any of the domains. It works both ways: a placed domain keeps those it does
   * not want away, too.
   */
  record AntiAffinity(Selector domains, Scope scope) implements DomainRule {
    @Override
    public String toString() {
      return "apart from " + domains;
    }
  }

  /**
   * Evenly over failure domains: where it goes, there are then at most {@code maxSkew} more of the
   * domains than in the failure domain with the fewest, counting those that have a host which is up
   * and has the machine, engine and labels demanded.
   *
   * @param scope of depth 1 or more
   * @param maxSkew 1 or more
   */
  record Spread(Selector domains, Scope scope, int maxSkew) implements DomainRule {
    public Spread {
      if (scope.depth() < 1) {
        throw new IllegalArgumentException(
            "domains are spread over failure domains, of depth 1 to " + Scope.DEPTHS);
      }
      if (maxSkew < 1) {
        throw new IllegalArgumentException(
            "the largest skew of a spread is %d; allowed is 1 or more".formatted(maxSkew));
      }
    }

    @Override
    public String toString() {
      return "spread of " + domains;
    }
  }
}
