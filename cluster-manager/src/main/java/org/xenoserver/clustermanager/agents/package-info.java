/**
 * Talking to the hosts' agents: {@link org.xenoserver.clustermanager.agents.HostAgents} keeps one
 * channel to each.
 */
@NullMarked
package org.xenoserver.clustermanager.agents;

import org.jspecify.annotations.NullMarked;
