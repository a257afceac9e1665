package org.xenoserver.proto.coordination;

/**
 * A node as it was read.
 *
 * @param version of its data; 0 when it was created, raised by every write
 * @param transaction the store's number of the transaction that wrote it last; later ones are
 *     higher
 */
@SuppressWarnings("ArrayRecordComponent") // nobody changes or compares the data
public record Node(byte[] data, int version, long transaction) {}
