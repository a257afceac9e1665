package org.xenoserver.clustermanager.placement.plan;

/** A domain that leaves one host for another. */
public record Move(String domain, String from, String to) {}
