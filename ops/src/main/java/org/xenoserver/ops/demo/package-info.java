/**
 * {@code xeno demo}: the main job in one command, through the same API as any client.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.demo.DemoCommand}: the steps, and what ends them early
 *   <li>Guest: one domain from its creation to the answer of a command typed into it
 *   <li>GuestConsole: its console over gRPC; PrefixedLines: the same for people to see
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.demo;

import org.jspecify.annotations.NullMarked;
