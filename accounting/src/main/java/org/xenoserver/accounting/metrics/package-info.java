/**
 * Usage for Prometheus.
 *
 * <ul>
 *   <li>{@link org.xenoserver.accounting.metrics.MetricsServer} answers over HTTP, in the format
 *       the client asks for
 *   <li>{@link org.xenoserver.accounting.metrics.UsageMetrics} makes metrics of the ledger
 * </ul>
 */
@NullMarked
package org.xenoserver.accounting.metrics;

import org.jspecify.annotations.NullMarked;
