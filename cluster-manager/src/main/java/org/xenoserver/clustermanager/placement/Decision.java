package org.xenoserver.clustermanager.placement;

import java.util.Optional;

/**
 * Where a domain should go.
 *
 * @param domain the domain
 * @param host the host; empty if none may take it
 * @param score the policy's rating of that host, 0 to 100
 * @param examined how many hosts were looked at one by one
 */
public record Decision(String domain, Optional<String> host, double score, int examined) {}
