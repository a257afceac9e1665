@NullMarked
package org.xenoserver.hostagent.rpc;

import org.jspecify.annotations.NullMarked;
