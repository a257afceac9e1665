package org.xenoserver.ops.xenctl;

/** How answers are written. */
enum OutputFormat {
  /** For people. */
  TABLE,
  /** One JSON document; one per line from streams. */
  JSON,
  /** Domain XML; of a single domain only. */
  XML
}
