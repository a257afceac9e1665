package org.xenoserver.vmm.virtio;

import static org.xenoserver.vmm.virtio.MmioRegister.STATUS_DRIVER_OK;
import static org.xenoserver.vmm.virtio.MmioRegister.STATUS_FEATURES_OK;
import static org.xenoserver.vmm.virtio.MmioRegister.STATUS_NEEDS_RESET;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.vmm.bus.InterruptLine;
import org.xenoserver.vmm.bus.MmioDevice;
import org.xenoserver.vmm.io.IoLoop;
import org.xenoserver.vmm.io.IoTask;
import org.xenoserver.vmm.memory.GuestMemory;

/**
 * A virtio device's registers on the bus, version 2 (section 4.2): negotiation, queues, interrupts.
 *
 * <p>Register accesses never wait for I/O: a notification wakes the device's task on the data-plane
 * loop, and a reset only makes the chains being worked on worthless. Only {@link #hold} and {@link
 * #close} wait.
 */
public final class VirtioMmio implements MmioDevice, AutoCloseable {
  /** Length of the device's range on the bus. */
  public static final long RANGE_BYTES = 0x1000;

  /** VIRTIO_F_INDIRECT_DESC (section 6). */
  public static final long FEATURE_INDIRECT = 1L << 28;

  /** VIRTIO_F_EVENT_IDX. */
  public static final long FEATURE_EVENT_INDEX = 1L << 29;

  /** VIRTIO_F_VERSION_1; a driver that does not accept it is refused. */
  public static final long FEATURE_VERSION_1 = 1L << 32;

  private static final Logger LOG = LoggerFactory.getLogger(VirtioMmio.class);

  private final InterruptLine line;
  private final VirtioDevice device;
  private final IoLoop loop;
  private final IoTask task;
  private final byte[] config;

  /** Guards everything below, and the queues. */
  private final ReentrantLock registersLock = new ReentrantLock();

  private final Condition served = registersLock.newCondition();
  private final List<VirtQueue> queues;
  private final List<QueueSetup> setups;
  private final Negotiation negotiation;
  private int status;
  private int interruptStatus;
  private int queueSelect;
  private long resets;
  private boolean held;
  private boolean closed;
  private boolean serving;

  /** Plugs a device in. */
  public VirtioMmio(GuestMemory memory, InterruptLine line, VirtioDevice device, IoLoop loop) {
    this.line = line;
    this.device = device;
    this.loop = loop;
    this.task = loop.task(this::service);
    this.config = device.config();
    this.negotiation =
        new Negotiation(
            device.features() | FEATURE_INDIRECT | FEATURE_EVENT_INDEX | FEATURE_VERSION_1);
    List<VirtQueue> queues = new ArrayList<>();
    List<QueueSetup> setups = new ArrayList<>();
    for (int i = 0; i < device.queueCount(); i++) {
      queues.add(
          new VirtQueue(
              memory, registersLock, () -> interrupt(MmioRegister.INTERRUPT_USED_BUFFER)));
      setups.add(new QueueSetup());
    }
    this.queues = Collections.unmodifiableList(queues);
    this.setups = Collections.unmodifiableList(setups);
    device.attach(task::wake);
  }

  @Override
  public long read(long offset, int sizeBytes) {
    if (offset >= MmioRegister.CONFIG) {
      return readConfig(offset - MmioRegister.CONFIG, sizeBytes);
    }
    if (sizeBytes != 4) {
      return 0;
    }
    registersLock.lock();
    try {
      return readRegister((int) offset);
    } finally {
      registersLock.unlock();
    }
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    if (offset >= MmioRegister.CONFIG || sizeBytes != 4) {
      return;
    }
    if (offset == MmioRegister.QUEUE_NOTIFY) {
      task.wake();
      return;
    }
    registersLock.lock();
    try {
      writeRegister((int) offset, value);
    } finally {
      registersLock.unlock();
    }
  }

  /**
   * Holds the device or lets it go on. While held it starts no operation; holding returns once the
   * one under way is complete, so must not be called from the data-plane thread.
   */
  public void hold(boolean hold) {
    registersLock.lock();
    try {
      held = hold;
      updateRunning();
      while (held && serving) {
        served.awaitUninterruptibly();
      }
    } finally {
      registersLock.unlock();
    }
    task.wake();
  }

  /** Waits for the operation under way, then unplugs the device and closes it. Idempotent. */
  @Override
  public void close() {
    registersLock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      updateRunning();
      while (serving) {
        served.awaitUninterruptibly();
      }
      queues.forEach(VirtQueue::stop);
    } finally {
      registersLock.unlock();
    }
    device.close();
  }

  private void service() {
    long resetsBefore;
    registersLock.lock();
    try {
      if (!canRun()) {
        return;
      }
      serving = true;
      resetsBefore = resets;
    } finally {
      registersLock.unlock();
    }
    boolean more = false;
    try {
      more = device.service(queues, loop.scratch());
    } catch (RingException e) {
      if (e.isMalformed()) {
        LOG.debug("virtio device {} needs a reset: {}", device.deviceId(), e.getMessage());
        fail(resetsBefore);
      }
    } catch (RuntimeException | InternalError e) {
      // An InternalError is an access to guest RAM for which the host has no page left.
      LOG.error("virtio device {} failed and needs a reset", device.deviceId(), e);
      fail(resetsBefore);
    } finally {
      endService();
    }
    if (more) {
      task.wake();
    }
  }

  private void endService() {
    registersLock.lock();
    try {
      serving = false;
      served.signalAll();
    } finally {
      registersLock.unlock();
    }
  }

  /** Not if the guest reset the device since, as it is then no longer the one that failed. */
  private void fail(long resetsBefore) {
    registersLock.lock();
    try {
      if (resets == resetsBefore) {
        needReset();
      }
    } finally {
      registersLock.unlock();
    }
  }

  private boolean canRun() {
    boolean driverRuns = (status & (STATUS_DRIVER_OK | STATUS_NEEDS_RESET)) == STATUS_DRIVER_OK;
    return driverRuns && !held && !closed;
  }

  private void updateRunning() {
    boolean running = canRun();
    queues.forEach(queue -> queue.setRunning(running));
  }

  private void needReset() {
    status |= STATUS_NEEDS_RESET;
    updateRunning();
    if ((status & STATUS_DRIVER_OK) != 0) {
      interrupt(MmioRegister.INTERRUPT_CONFIG_CHANGE);
    }
  }

  private void interrupt(int cause) {
    if ((interruptStatus & cause) == 0) {
      interruptStatus |= cause;
      line.set(true);
    }
  }

  private long readConfig(long offset, int sizeBytes) {
    long value = 0;
    for (int i = 0; i < sizeBytes && offset + i < config.length; i++) {
      value |= (config[(int) offset + i] & 0xffL) << 8 * i;
    }
    return value;
  }

  private long readRegister(int offset) {
    return switch (offset) {
      case MmioRegister.MAGIC -> MmioRegister.MAGIC_VALUE;
      case MmioRegister.VERSION -> MmioRegister.VERSION_VALUE;
      case MmioRegister.DEVICE_ID -> device.deviceId();
      case MmioRegister.VENDOR_ID -> MmioRegister.VENDOR_ID_VALUE;
      case MmioRegister.DEVICE_FEATURES -> negotiation.offeredWord();
      case MmioRegister.QUEUE_SIZE_MAX -> isQueueSelected() ? VirtQueue.MAX_SIZE : 0;
      case MmioRegister.QUEUE_READY ->
          isQueueSelected() && queues.get(queueSelect).isReady() ? 1 : 0;
      case MmioRegister.INTERRUPT_STATUS -> interruptStatus;
      case MmioRegister.STATUS -> status;
      case MmioRegister.SHARED_MEMORY_LENGTH_LOW,
          MmioRegister.SHARED_MEMORY_LENGTH_HIGH,
          MmioRegister.SHARED_MEMORY_BASE_LOW,
          MmioRegister.SHARED_MEMORY_BASE_HIGH ->
          0xffff_ffffL;
      // No configuration space changes while its device exists.
      case MmioRegister.CONFIG_GENERATION -> 0;
      default -> 0;
    };
  }

  private void writeRegister(int offset, long value) {
    switch (offset) {
      case MmioRegister.DEVICE_FEATURES_SELECT -> negotiation.selectOffered(value);
      case MmioRegister.DRIVER_FEATURES_SELECT -> negotiation.selectChosen(value);
      case MmioRegister.DRIVER_FEATURES -> {
        if ((status & STATUS_FEATURES_OK) == 0) {
          negotiation.choose(value);
        }
      }
      case MmioRegister.QUEUE_SELECT -> queueSelect = (int) value;
      case MmioRegister.INTERRUPT_ACKNOWLEDGE -> {
        interruptStatus &= ~(int) value;
        line.set(interruptStatus != 0);
      }
      case MmioRegister.STATUS -> writeStatus((int) value & 0xff);
      default -> {
        if (isQueueSelected()) {
          writeQueueRegister(offset, value);
        }
      }
    }
  }

  private boolean isQueueSelected() {
    return queueSelect >= 0 && queueSelect < queues.size();
  }

  private void writeQueueRegister(int offset, long value) {
    VirtQueue queue = queues.get(queueSelect);
    QueueSetup setup = setups.get(queueSelect);
    if (offset == MmioRegister.QUEUE_READY) {
      makeReady(queue, setup, value == 1);
      return;
    }
    if (!queue.isReady()) {
      setup.store(offset, value);
    }
  }

  private void makeReady(VirtQueue queue, QueueSetup setup, boolean ready) {
    if (!ready) {
      queue.stop();
      return;
    }
    if (queue.isReady()) {
      return;
    }
    try {
      queue.start(setup);
      task.wake();
    } catch (RingException e) {
      LOG.debug("virtio device {} needs a reset: {}", device.deviceId(), e.getMessage());
      needReset();
    }
  }

  private void writeStatus(int value) {
    if (value == 0) {
      reset();
      return;
    }
    int old = status;
    int wanted = value | old & STATUS_NEEDS_RESET;
    if ((old & STATUS_FEATURES_OK) == 0 && !negotiation.isAcceptable()) {
      wanted &= ~STATUS_FEATURES_OK;
    }
    if ((wanted & STATUS_FEATURES_OK) == 0) {
      wanted &= ~STATUS_DRIVER_OK;
    }
    status = wanted;
    queues.forEach(queue -> queue.setEventIndex(negotiation.has(FEATURE_EVENT_INDEX)));
    if ((wanted & ~old & STATUS_DRIVER_OK) != 0) {
      device.driverReady(negotiation.chosen());
      task.wake();
    }
    updateRunning();
  }

  private void reset() {
    resets++;
    queues.forEach(VirtQueue::stop);
    setups.forEach(QueueSetup::clear);
    status = 0;
    interruptStatus = 0;
    negotiation.reset();
    queueSelect = 0;
    updateRunning();
    line.set(false);
    device.reset();
  }
}
