package org.xenoserver.ops.bench;

/** How a report is written. */
enum ReportFormat {
  TEXT,
  JSON
}
