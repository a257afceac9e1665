package org.xenoserver.clustermanager.placement.plan;

/**
 * A domain no other host can take.
 *
 * @param reason one sentence that names the domain and what each filter refused
 */
public record Stuck(String domain, String reason) {}
