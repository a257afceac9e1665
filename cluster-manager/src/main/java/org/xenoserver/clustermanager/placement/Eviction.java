package org.xenoserver.clustermanager.placement;

import java.util.List;

/**
 * What would have to leave a host so that a domain of higher priority can have its place.
 *
 * @param domain the domain that would be placed
 * @param host where
 * @param victims domains of lower priority, by name
 * @param highestPriority the highest priority among them
 */
public record Eviction(String domain, String host, List<String> victims, int highestPriority) {}
