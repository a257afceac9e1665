package org.xenoserver.vmm.virtio;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a kind of device adds to the transport: an identity, a configuration and its requests. */
public interface VirtioDevice extends AutoCloseable {
  /** Its number in section 5. */
  int deviceId();

  /** Feature bits of this kind of device, 0 to 23 and 50 up. */
  long features();

  /** How many queues it has. */
  int queueCount();

  /** Its configuration space, little-endian; never changes while the device exists. */
  byte[] config();

  /**
   * Tells how to make {@link #service} be called for a reason of the host's own, such as input.
   * Called once, first of all; the wake-up never blocks and is safe from any thread.
   */
  void attach(Runnable wake);

  /**
   * The driver is ready and chose these of the features. Must not block nor touch a queue, as the
   * registers are locked.
   */
  void driverReady(long features);

  /**
   * Serves its queues until nothing is left or others should have a turn. Called on the data-plane
   * thread after every notification; may block on files.
   *
   * @param scratch memory to stage I/O in, until this returns
   * @return whether something is left to do
   */
  boolean service(List<VirtQueue> queues, MemorySegment scratch) throws RingException;

  /**
   * The guest reset the device. May come while it is being served; must not block nor touch a
   * queue, as the registers are locked.
   */
  void reset();

  /** Releases files. It is not being served, and never will be. */
  @Override
  void close();
}
