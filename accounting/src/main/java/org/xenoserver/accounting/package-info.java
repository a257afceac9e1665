/**
 * The accounting daemon: collects what domains use, keeps it, and tells it.
 *
 * <ul>
 *   <li>{@link org.xenoserver.accounting.Accounting} is the daemon as a library
 *   <li>{@link org.xenoserver.accounting.AccountingMain} is its command
 *   <li>{@link org.xenoserver.accounting.AccountingConfig} is its configuration
 * </ul>
 *
 * <p>Below it: {@code collect} (from the hosts), {@code ledger} (SQLite; the one source of every
 * figure), {@code rpc} and {@code metrics} (the two ways it is read).
 */
@NullMarked
package org.xenoserver.accounting;

import org.jspecify.annotations.NullMarked;
