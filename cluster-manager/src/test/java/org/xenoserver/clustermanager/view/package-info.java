@NullMarked
package org.xenoserver.clustermanager.view;

import org.jspecify.annotations.NullMarked;
