@NullMarked
package org.xenoserver.hostagent.domains;

import org.jspecify.annotations.NullMarked;
