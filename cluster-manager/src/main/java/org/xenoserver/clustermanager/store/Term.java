package org.xenoserver.clustermanager.store;

/**
 * One manager's time as leader.
 *
 * @param version the version its beginning gave to the term node; any later term raises it
 */
public record Term(int version) {}
