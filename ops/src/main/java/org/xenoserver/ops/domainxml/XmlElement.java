package org.xenoserver.ops.domainxml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An element and where it stood. Filled by {@link LocatedXml}, only read after that. */
final class XmlElement {
  /** An attribute's value and where its name stood. */
  record Attribute(String value, TextPosition position) {}

  final String namespace;
  final String name;

  /** The name with its prefix, as written. */
  final String qualifiedName;

  /** Of the {@code <}. */
  final TextPosition position;

  /** Of its first text that is not blank; of the element if there is none. */
  TextPosition textPosition;

  final Map<String, Attribute> attributes = new LinkedHashMap<>();
  final List<XmlElement> children = new ArrayList<>();
  final StringBuilder content = new StringBuilder();

  XmlElement(String namespace, String name, String qualifiedName, TextPosition position) {
    this.namespace = namespace;
    this.name = name;
    this.qualifiedName = qualifiedName;
    this.position = position;
    this.textPosition = position;
  }

  /** Its text without the blanks around it. */
  String text() {
    return content.toString().strip();
  }

  /** The value of an attribute, or null. */
  @Nullable String attribute(String attributeName) {
    Attribute attribute = attributes.get(attributeName);
    return attribute == null ? null : attribute.value().strip();
  }

  /** Where an attribute stands, or the element if it is absent. */
  TextPosition attributePosition(String attributeName) {
    Attribute attribute = attributes.get(attributeName);
    return attribute == null ? position : attribute.position();
  }

  /** The first child of that name and of no namespace, or null. */
  @Nullable XmlElement child(String childName) {
    for (XmlElement child : children) {
      if (child.namespace.isEmpty() && child.name.equals(childName)) {
        return child;
      }
    }
    return null;
  }

  /** The text of a child, or an empty one. */
  String childText(String childName) {
    XmlElement child = child(childName);
    return child == null ? "" : child.text();
  }
}
