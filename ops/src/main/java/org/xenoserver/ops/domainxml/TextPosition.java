package org.xenoserver.ops.domainxml;

/**
 * A place in a text.
 *
 * @param line from 1
 * @param column in UTF-16 units from 1
 */
record TextPosition(int line, int column) {
  static final TextPosition START = new TextPosition(1, 1);
}
