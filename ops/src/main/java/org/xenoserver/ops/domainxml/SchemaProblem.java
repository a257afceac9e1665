package org.xenoserver.ops.domainxml;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the schema validator objected to, in plain words. The validator names rules of XML Schema
 * Part 1 and 2 ({@code cvc-...}); the element it was at tells the rest.
 *
 * @param position where it is
 * @param sentence what is wrong and what is allowed
 */
record SchemaProblem(TextPosition position, String sentence) {
  private static final String NAME_RULE =
      "1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', beginning with a letter or digit";
  private static final String BOOT_FILE_RULE =
      "image:NAME or an absolute path on the host, which does not share this working directory";
  private static final String PATH_RULE =
      "an absolute path on the host, which does not share this working directory";
  private static final String MICROSECONDS_RULE = "a whole number from 0 to 86400000000";

  /** What may stand in an element or, as {@code element@attribute}, in an attribute. */
  private static final Map<String, String> VALUE_RULES =
      Map.ofEntries(
          Map.entry("name", NAME_RULE),
          Map.entry("uuid", "32 hexadecimal digits in groups of 8-4-4-4-12"),
          Map.entry("memory", "a whole number greater than 0"),
          Map.entry("memory@unit", "one of b, KB, KiB, MB, MiB, GB, GiB, TB and TiB"),
          Map.entry("vcpu", "a whole number from 1 to 128"),
          Map.entry("loader", PATH_RULE),
          Map.entry("kernel", BOOT_FILE_RULE),
          Map.entry("initrd", BOOT_FILE_RULE),
          Map.entry("source@file", PATH_RULE),
          Map.entry("target@dev", "vda to vdz or vdaa to vdzz"),
          Map.entry("label@key", "1 to 63 characters"),
          Map.entry("scheduling@mcuAdvance", "a whole number from 1 to 1000000"),
          Map.entry("scheduling@warpUs", MICROSECONDS_RULE),
          Map.entry("scheduling@warpLimitUs", MICROSECONDS_RULE),
          Map.entry("scheduling@unwarpUs", MICROSECONDS_RULE));

  private static final Map<String, List<String>> REQUIRED_CHILDREN =
      Map.of("domain", List.of("name", "memory", "os"), "disk", List.of("source"));

  private static final Pattern ATTRIBUTE_VALUE =
      Pattern.compile("cvc-attribute\\.3: .* of attribute '(.*?)' on element", Pattern.DOTALL);
  private static final Pattern ATTRIBUTE_UNKNOWN =
      Pattern.compile(
          "cvc-complex-type\\.3\\.2\\.\\d: Attribute '(.*?)' is not allowed.*"
              + "|cvc-type\\.3\\.1\\.1: .* the attribute, '(.*?)' was found.*");
  private static final Pattern ATTRIBUTE_MISSING =
      Pattern.compile("cvc-complex-type\\.4: Attribute '(.*?)' must appear.*");
  private static final Pattern ENUMERATION =
      Pattern.compile("enumeration '\\[(.*?)\\]'", Pattern.DOTALL);
  private static final Pattern EXPECTED =
      Pattern.compile("One of '\\{(.*?)\\}' is expected", Pattern.DOTALL);
  private static final Pattern EXPANDED_NAME = Pattern.compile("(?:\"[^\"]*\":)?([^,\\s\"]+)");

  /** The problem with a start tag, which is not among its parent's children yet. */
  static SchemaProblem ofStartTag(
      List<String> messages, XmlElement element, @Nullable XmlElement parent) {
    for (String message : messages) {
      Matcher unknown = ATTRIBUTE_UNKNOWN.matcher(message);
      if (unknown.matches()) {
        String name = unknown.group(1) == null ? unknown.group(2) : unknown.group(1);
        return new SchemaProblem(
            element.attributePosition(name),
            "unknown attribute '" + name + "' of element '" + element.qualifiedName + "'");
      }
      Matcher missing = ATTRIBUTE_MISSING.matcher(message);
      if (missing.matches()) {
        return new SchemaProblem(
            element.position,
            "element '" + element.qualifiedName + "' needs attribute '" + missing.group(1) + "'");
      }
      Matcher value = ATTRIBUTE_VALUE.matcher(message);
      if (value.find()) {
        return attributeValue(messages, element, value.group(1));
      }
    }
    if (parent == null) {
      return new SchemaProblem(
          element.position,
          "unknown root element '"
              + element.qualifiedName
              + "'; it must be 'domain' without xmlns");
    }
    return new SchemaProblem(element.position, wrongChild(messages, element, parent));
  }

  /** The problem seen when an element ends: something is missing, or its text is wrong. */
  static SchemaProblem ofEndTag(List<String> messages, XmlElement element) {
    String first = messages.getFirst();
    if (first.startsWith("cvc-complex-type.2.4")) {
      for (String required : REQUIRED_CHILDREN.getOrDefault(element.name, List.of())) {
        if (element.child(required) == null) {
          return new SchemaProblem(
              element.position,
              "element '" + required + "' is missing in '" + element.qualifiedName + "'");
        }
      }
    }
    if (first.startsWith("cvc-complex-type.2.3") || first.startsWith("cvc-complex-type.2.1")) {
      return new SchemaProblem(
          element.textPosition, "text is not allowed in element '" + element.qualifiedName + "'");
    }
    if (!element.children.isEmpty()) {
      XmlElement child = element.children.getFirst();
      return new SchemaProblem(
          child.position,
          "unknown element '%s' in '%s'; it takes no elements"
              .formatted(child.qualifiedName, element.qualifiedName));
    }
    String rule = rule(messages, element.name);
    return new SchemaProblem(
        element.textPosition,
        element.text().isEmpty()
            ? "element '" + element.qualifiedName + "' is empty; it must be " + rule
            : element.qualifiedName + " '" + element.text() + "' is not valid; it must be " + rule);
  }

  private static SchemaProblem attributeValue(
      List<String> messages, XmlElement element, String attribute) {
    return new SchemaProblem(
        element.attributePosition(attribute),
        "%s '%s' of element '%s' is not valid; it must be %s"
            .formatted(
                attribute,
                String.valueOf(element.attribute(attribute)),
                element.qualifiedName,
                rule(messages, element.name + "@" + attribute)));
  }

  private static String rule(List<String> messages, String key) {
    String known = VALUE_RULES.get(key);
    if (known != null) {
      return known;
    }
    for (String message : messages) {
      Matcher enumeration = ENUMERATION.matcher(message);
      if (enumeration.find()) {
        String allowed = enumeration.group(1);
        return allowed.contains(",") ? "one of " + allowed : allowed;
      }
    }
    return "as the schema says (" + messages.getFirst() + ")";
  }

  private static String wrongChild(List<String> messages, XmlElement element, XmlElement parent) {
    Set<String> allowed = new LinkedHashSet<>();
    for (XmlElement sibling : parent.children) {
      allowed.add(sibling.qualifiedName);
    }
    if (allowed.contains(element.qualifiedName)) {
      return "element '%s' may appear only once in '%s'"
          .formatted(element.qualifiedName, parent.qualifiedName);
    }
    Matcher expected = EXPECTED.matcher(messages.getFirst());
    if (expected.find()) {
      Matcher name = EXPANDED_NAME.matcher(expected.group(1));
      while (name.find()) {
        allowed.add(name.group(1));
      }
    }
    if (parent.name.equals("metadata") && element.namespace.isEmpty()) {
      return "element '%s' in '%s' has no namespace; labels and scheduling need %s"
          .formatted(element.qualifiedName, parent.qualifiedName, DomainXml.METADATA_NAMESPACE);
    }
    String unknown =
        "unknown element '%s' in '%s'".formatted(element.qualifiedName, parent.qualifiedName);
    List<String> names = new ArrayList<>(allowed);
    return names.isEmpty()
        ? unknown + "; it takes no elements"
        : unknown + "; allowed are " + String.join(", ", names);
  }
}
