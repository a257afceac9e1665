package org.xenoserver.vmm.virtio.console;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.virtio.DescriptorChain;
import org.xenoserver.vmm.virtio.RingException;
import org.xenoserver.vmm.virtio.VirtQueue;

/** What device and driver tell each other about the ports (section 5.3.6.2). */
final class ConsoleControl {
  private static final int MESSAGE_BYTES = 8;
  private static final int OUTBOX_CAPACITY = 32;
  private static final int BATCH = 32;

  private static final int DEVICE_READY = 0;
  private static final int DEVICE_ADD = 1;
  private static final int PORT_READY = 3;
  private static final int CONSOLE_PORT = 4;
  private static final int PORT_OPEN = 6;
  private static final int PORT_NAME = 7;

  private final List<ConsolePort> ports;
  private final List<String> names;

  /** Guards what is below; no queue is touched under it. */
  private final Object outboxLock = new Object();

  private final ArrayDeque<byte[]> outbox = new ArrayDeque<>();
  private int resets;

  /**
   * Makes the control of some ports.
   *
   * @param names of the ports; an empty one makes a console
   */
  ConsoleControl(List<ConsolePort> ports, List<String> names) {
    this.ports = ports;
    this.names = names;
  }

  void reset() {
    synchronized (outboxLock) {
      resets++;
      outbox.clear();
    }
  }

  /** Reads what the driver says, but no faster than it takes our answers. */
  boolean serveIncoming(VirtQueue queue) throws RingException {
    for (int i = 0; i < BATCH; i++) {
      int resetsBefore = resets();
      DescriptorChain chain = outboxHasRoom() ? queue.next() : null;
      if (chain == null) {
        return false;
      }
      if (chain.readableBytes() < MESSAGE_BYTES) {
        throw RingException.malformed("a console control message is shorter than 8 bytes");
      }
      byte[] message = new byte[MESSAGE_BYTES];
      chain.copyFromGuest(0, MemorySegment.ofArray(message));
      ByteBuffer fields = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
      synchronized (outboxLock) {
        if (resets == resetsBefore) {
          handle(fields.getInt(0), fields.getShort(4), fields.getShort(6) != 0);
        }
      }
      queue.complete(chain, 0);
    }
    return true;
  }

  /** Tells the driver what is due; returns whether that made room for more. */
  boolean serveOutgoing(VirtQueue queue) throws RingException {
    for (int sent = 0; sent < BATCH; sent++) {
      DescriptorChain chain = hasDue() ? queue.next() : null;
      byte[] message = chain == null ? null : due();
      if (chain == null || message == null) {
        return sent > 0;
      }
      if (chain.writableBytes() < message.length) {
        throw RingException.malformed(
            "a console control buffer of %d bytes is too short for %d"
                .formatted(chain.writableBytes(), message.length));
      }
      chain.copyToGuest(0, MemorySegment.ofArray(message));
      queue.complete(chain, message.length);
    }
    return true;
  }

  private void handle(int id, int event, boolean value) {
    if (event == DEVICE_READY && value) {
      for (int port = 0; port < ports.size(); port++) {
        post(port, DEVICE_ADD, 1, "");
      }
      return;
    }
    if (id < 0 || id >= ports.size()) {
      return;
    }
    if (event == PORT_OPEN) {
      ports.get(id).setGuestOpen(value);
      if (!value && !names.get(id).isEmpty()) {
        ports.get(id).dropInput();
      }
    } else if (event == PORT_READY && value) {
      String name = names.get(id);
      if (name.isEmpty()) {
        post(id, CONSOLE_PORT, 1, "");
      } else {
        post(id, PORT_NAME, 1, name);
      }
      post(id, PORT_OPEN, 1, "");
    }
  }

  private void post(int id, int event, int value, String text) {
    byte[] suffix = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message =
        ByteBuffer.allocate(MESSAGE_BYTES + suffix.length).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(id).putShort((short) event).putShort((short) value).put(suffix);
    outbox.add(message.array());
  }

  private int resets() {
    synchronized (outboxLock) {
      return resets;
    }
  }

  /** One message of the driver has at most as many answers as there are ports, and one more. */
  private boolean outboxHasRoom() {
    synchronized (outboxLock) {
      return outbox.size() + ports.size() < OUTBOX_CAPACITY;
    }
  }

  private boolean hasDue() {
    synchronized (outboxLock) {
      return !outbox.isEmpty();
    }
  }

  /** Null if a reset came between. */
  private byte @Nullable [] due() {
    synchronized (outboxLock) {
      return outbox.poll();
    }
  }
}
