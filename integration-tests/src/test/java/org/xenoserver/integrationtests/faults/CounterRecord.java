package org.xenoserver.integrationtests.faults;

/**
 * One count of a {@link CounterGuest}.
 *
 * @param incarnation the start of the guest that counted, in ns of its real-time clock
 * @param counter what it wrote
 * @param atNs when, on that clock
 */
record CounterRecord(long incarnation, long counter, long atNs) {}
