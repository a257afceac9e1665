@NullMarked
package org.xenoserver.accounting.ledger;

import org.jspecify.annotations.NullMarked;
