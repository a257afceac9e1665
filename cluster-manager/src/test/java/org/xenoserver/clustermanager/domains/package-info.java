@NullMarked
package org.xenoserver.clustermanager.domains;

import org.jspecify.annotations.NullMarked;
