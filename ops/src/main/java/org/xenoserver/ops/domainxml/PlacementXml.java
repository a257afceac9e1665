package org.xenoserver.ops.domainxml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.PlacementRule;
import org.xenoserver.proto.v1.PlacementSpec;
import org.xenoserver.proto.v1.RestartPolicy;

/**
 * The placement element: where a domain may go, what it counts for, whether it is started again.
 */
final class PlacementXml {
  private static final String RULE_PREFIX = "KIND_";
  private static final String RESTART_PREFIX = "RESTART_POLICY_";

  private PlacementXml() {}

  /** Takes in an element that is valid by the schema. */
  static void read(XmlElement element, DomainSpec.Builder spec) {
    PlacementSpec.Builder placement =
        PlacementSpec.newBuilder()
            .setMachine(text(element, "machine"))
            .setEngine(text(element, "engine"))
            .setHosts(text(element, "hosts"));
    for (XmlElement rule : element.children) {
      placement.addRules(
          PlacementRule.newBuilder()
              .setKind(PlacementRule.Kind.valueOf(constant(RULE_PREFIX, text(rule, "kind"))))
              .setDomains(text(rule, "domains"))
              .setDepth(number(rule, "depth", 0))
              .setMaxSkew(number(rule, "maxSkew", isSpread(rule) ? 1 : 0)));
    }
    if (!placement.build().equals(PlacementSpec.getDefaultInstance())) {
      spec.setPlacement(placement);
    }
    spec.setProject(text(element, "project")).setPriority(number(element, "priority", 0));
    String restart = text(element, "restart");
    if (!restart.isEmpty()) {
      spec.setRestartPolicy(RestartPolicy.valueOf(constant(RESTART_PREFIX, restart)));
    }
  }

  private static boolean isSpread(XmlElement rule) {
    return text(rule, "kind").equals("spread");
  }

  private static String constant(String prefix, String text) {
    return prefix + text.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static String word(String prefix, String constant) {
    return constant.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(XmlElement element, String attribute) {
    @Nullable String value = element.attribute(attribute);
    return value == null ? "" : value;
  }

  private static int number(XmlElement element, String attribute, int otherwise) {
    String value = text(element, attribute);
    return value.isEmpty() ? otherwise : Integer.parseInt(value);
  }

  /** Whether a domain says anything here. */
  static boolean isGiven(DomainSpec spec) {
    return spec.hasPlacement()
        || !spec.getProject().isEmpty()
        || spec.getPriority() != 0
        || spec.getRestartPolicy() != RestartPolicy.RESTART_POLICY_UNSPECIFIED;
  }

  /** The element's attributes: names and values in turn, only those that are given. */
  static List<String> attributes(DomainSpec spec) {
    PlacementSpec placement = spec.getPlacement();
    List<String> attributes = new ArrayList<>();
    add(attributes, "project", spec.getProject());
    add(attributes, "priority", spec.getPriority() == 0 ? "" : "" + spec.getPriority());
    if (spec.getRestartPolicy() != RestartPolicy.RESTART_POLICY_UNSPECIFIED) {
      add(attributes, "restart", word(RESTART_PREFIX, spec.getRestartPolicy().name()));
    }
    add(attributes, "machine", placement.getMachine());
    add(attributes, "engine", placement.getEngine());
    add(attributes, "hosts", placement.getHosts());
    return attributes;
  }

  /** The same for a rule. */
  static List<String> attributes(PlacementRule rule) {
    List<String> attributes = new ArrayList<>();
    add(attributes, "kind", word(RULE_PREFIX, rule.getKind().name()));
    attributes.add("domains");
    attributes.add(rule.getDomains());
    add(attributes, "depth", rule.getDepth() == 0 ? "" : "" + rule.getDepth());
    add(attributes, "maxSkew", rule.getMaxSkew() == 0 ? "" : "" + rule.getMaxSkew());
    return attributes;
  }

  private static void add(List<String> attributes, String name, String value) {
    if (!value.isEmpty()) {
      attributes.add(name);
      attributes.add(value);
    }
  }
}
