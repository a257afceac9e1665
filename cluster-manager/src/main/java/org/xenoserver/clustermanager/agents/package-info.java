/**
 * Talking to the hosts' agents: {@link org.xenoserver.clustermanager.agents.HostAgents} keeps one
 * channel to each; {@link org.xenoserver.clustermanager.agents.AgentChecks} is what the control
 * plane asks through it.
 */
@NullMarked
package org.xenoserver.clustermanager.agents;

import org.jspecify.annotations.NullMarked;
