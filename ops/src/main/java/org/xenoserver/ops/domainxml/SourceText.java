package org.xenoserver.ops.domainxml;

import java.util.ArrayList;
import java.util.List;

/**
 * A well-formed document as text. A SAX parser reports where a tag ends; this finds where the tag,
 * its attributes and the text after it begin.
 */
final class SourceText {
  private final String text;
  private final List<Integer> lineStarts = new ArrayList<>();

  SourceText(String text) {
    this.text = text;
    lineStarts.add(0);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean windowsLine = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (c == '\n' || (c == '\r' && !windowsLine)) {
        lineStarts.add(i + 1);
      }
    }
  }

  /** The offset of a place; places past the end count as the end. */
  int offset(int line, int column) {
    int start = line < 1 || line > lineStarts.size() ? text.length() : lineStarts.get(line - 1);
    return Math.min(text.length(), start + Math.max(0, column - 1));
  }

  TextPosition position(int offset) {
    int line = 0;
    while (line + 1 < lineStarts.size() && lineStarts.get(line + 1) <= offset) {
      line++;
    }
    return new TextPosition(line + 1, offset - lineStarts.get(line) + 1);
  }

  /** The {@code <} of the start tag that ends before an offset; none can be within a start tag. */
  int tagStart(int tagEnd) {
    return Math.max(0, text.lastIndexOf('<', Math.max(0, tagEnd - 1)));
  }

  /** The first character after a start tag that is neither blank nor in a comment. */
  int contentStart(int tagEnd) {
    int at = tagEnd;
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("<!--", at)) {
        at = text.indexOf("-->", at) + 3;
      } else if (text.startsWith("<![CDATA[", at)) {
        at += 9;
      } else {
        return at;
      }
    }
    return tagEnd;
  }

  /** The first character of an attribute's name in the tag at an offset. */
  int attributeStart(int tagStart, String qualifiedName) {
    int at = tagStart;
    while (at < text.length() && text.charAt(at) != '>') {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        at = text.indexOf(c, at + 1) + 1;
      } else if (Character.isWhitespace(c) && isName(at + 1, qualifiedName)) {
        return at + 1;
      } else {
        at++;
      }
    }
    return tagStart;
  }

  private boolean isName(int at, String name) {
    int end = at + name.length();
    return text.startsWith(name, at)
        && end < text.length()
        && (text.charAt(end) == '=' || Character.isWhitespace(text.charAt(end)));
  }
}
