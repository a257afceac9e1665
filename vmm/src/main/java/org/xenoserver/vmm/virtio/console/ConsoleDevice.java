package org.xenoserver.vmm.virtio.console;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.xenoserver.vmm.io.ByteSink;
import org.xenoserver.vmm.virtio.RingException;
import org.xenoserver.vmm.virtio.VirtQueue;
import org.xenoserver.vmm.virtio.VirtioDevice;

/**
 * The virtio console device with two ports (section 5.3): port 0 is a console, {@code hvc0} to
 * Linux; port 1 carries lines from the host to an agent in the guest, such as {@code poweroff}.
 */
public final class ConsoleDevice implements VirtioDevice {
  /** What the guest knows port 1 by. */
  public static final String CONTROL_PORT_NAME = "org.xenoserver.control";

  private static final int ID = 3;

  private static final long FEATURE_MULTIPORT = 1 << 1;

  private static final int CONFIG_BYTES = 12;
  private static final int CONFIG_MAX_PORTS = 4;

  private static final int CONSOLE_INPUT = 0;
  private static final int CONSOLE_OUTPUT = 1;
  private static final int CONTROL_OUTGOING = 2;
  private static final int CONTROL_INCOMING = 3;
  private static final int AGENT_INPUT = 4;
  private static final int AGENT_OUTPUT = 5;
  private static final int QUEUES = 6;

  private final ConsolePort console;
  private final ConsolePort agent;
  private final ConsoleControl control;
  private volatile boolean multiport;
  private volatile Runnable wake = () -> {};

  /**
   * Makes a device.
   *
   * @param console takes what the guest prints on port 0
   * @param agent takes what the guest says on port 1
   */
  public ConsoleDevice(ByteSink console, ByteSink agent) {
    this.console = new ConsolePort(console);
    this.agent = new ConsolePort(agent);
    this.control =
        new ConsoleControl(List.of(this.console, this.agent), List.of("", CONTROL_PORT_NAME));
  }

  /**
   * Hands bytes to port 0 as typed. Safe from any thread.
   *
   * @return how many were taken before its buffer of 64 KiB was full
   */
  public int receive(byte[] bytes, int offset, int length) {
    int taken = console.receive(bytes, offset, length);
    wake.run();
    return taken;
  }

  /**
   * Sends a message to port 1. Safe from any thread.
   *
   * @return false, and nothing is sent, if the guest has not opened the port or is more than 64 KiB
   *     behind
   */
  public boolean send(byte[] message) {
    boolean taken = agent.send(message);
    wake.run();
    return taken;
  }

  /** What port 0 has done. */
  public ConsoleCounters counters() {
    return console.counters();
  }

  @Override
  public int deviceId() {
    return ID;
  }

  @Override
  public long features() {
    return FEATURE_MULTIPORT;
  }

  @Override
  public int queueCount() {
    return QUEUES;
  }

  @Override
  public byte[] config() {
    ByteBuffer config = ByteBuffer.allocate(CONFIG_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return config.putInt(CONFIG_MAX_PORTS, 2).array();
  }

  @Override
  public void attach(Runnable wake) {
    this.wake = wake;
  }

  @Override
  public void driverReady(long features) {
    multiport = (features & FEATURE_MULTIPORT) != 0;
  }

  @Override
  public boolean service(List<VirtQueue> queues, MemorySegment scratch) throws RingException {
    boolean more = false;
    if (multiport) {
      more |= control.serveIncoming(queues.get(CONTROL_INCOMING));
      more |= control.serveOutgoing(queues.get(CONTROL_OUTGOING));
      more |= agent.serveOutput(queues.get(AGENT_OUTPUT));
      more |= agent.serveInput(queues.get(AGENT_INPUT));
    }
    more |= console.serveOutput(queues.get(CONSOLE_OUTPUT));
    more |= console.serveInput(queues.get(CONSOLE_INPUT));
    return more;
  }

  @Override
  public void reset() {
    control.reset();
    agent.setGuestOpen(false);
    agent.dropInput();
  }

  @Override
  public void close() {}
}
