/**
 * What domains have used, durably.
 *
 * <ul>
 *   <li>{@link org.xenoserver.accounting.ledger.Ledger} takes records in, each once, and sums them
 *   <li>{@link org.xenoserver.accounting.ledger.HostUsage} is what a domain used on one host
 *   <li>{@link org.xenoserver.accounting.ledger.LedgerException} says why it cannot
 * </ul>
 */
@NullMarked
package org.xenoserver.accounting.ledger;

import org.jspecify.annotations.NullMarked;
