package org.xenoserver.vmm.machine;

import java.util.List;
import java.util.Map;
import org.xenoserver.vmm.vcpu.VcpuEngine;

/**
 * A board with its RAM loaded and its vCPUs reset, owned by one domain. Nothing runs until a
 * processor calls a vCPU's {@link VcpuEngine#run}.
 */
public interface Machine extends AutoCloseable {
  /** The vCPUs, by hart id. */
  List<? extends VcpuEngine> vcpus();

  /** Hands bytes to the serial console as typed; returns how many fitted. Safe from any thread. */
  int consoleInput(byte[] bytes, int offset, int length);

  /**
   * Asks the guest to power itself off over the control channel.
   *
   * @return false if the guest does not listen there
   */
  boolean requestPowerOff();

  /** Holds or releases the device back ends; while held they start no operation. */
  void holdDevices(boolean held);

  /** Disk figures so far. Safe from any thread. */
  DiskCounters diskCounters();

  /** Returns from guest execution by kind so far. Safe from any thread. */
  Map<String, Long> exits();

  /** Releases RAM and files. No vCPU runs any more. */
  @Override
  void close();

  /** Disk operations and bytes of all disks of the machine. */
  record DiskCounters(
      long readOperations,
      long readBytes,
      long writeOperations,
      long writeBytes,
      long flushOperations) {}
}
