package org.xenoserver.vmm.hypervisor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.Console;
import org.xenoserver.vmm.machine.Machine;

/**
 * A domain's console over all its machines. Output is copied under a short lock on the vCPU's
 * thread and delivered by each reader's own virtual thread, so that no reader holds up the guest.
 */
final class SerialConsole implements Console {
  static final int KEPT_BYTES = 64 * 1024;

  private final Object outputLock = new Object();
  private final byte[] kept = new byte[KEPT_BYTES];
  private final List<ConsoleAttachment> attachments = new CopyOnWriteArrayList<>();
  private long written;
  private volatile @Nullable Machine input;

  /** Sets the machine that is typed to, or null while there is none. */
  void connect(@Nullable Machine machine) {
    input = machine;
  }

  @Override
  public int write(byte[] bytes, int offset, int length) {
    Machine machine = input;
    return machine == null ? 0 : machine.consoleInput(bytes, offset, length);
  }

  @Override
  public AutoCloseable attach(boolean replay, Reader reader) {
    ConsoleAttachment attachment = new ConsoleAttachment(reader, attachments::remove);
    synchronized (outputLock) {
      if (replay) {
        byte[] before = keptOutput();
        attachment.append(before, 0, before.length);
      }
      attachments.add(attachment);
    }
    return attachment;
  }

  void output(byte[] bytes, int offset, int length) {
    synchronized (outputLock) {
      keep(bytes, offset, length);
      for (ConsoleAttachment attachment : attachments) {
        attachment.append(bytes, offset, length);
      }
    }
  }

  private void keep(byte[] bytes, int offset, int length) {
    int skipped = Math.max(0, length - KEPT_BYTES);
    int from = offset + skipped;
    int left = length - skipped;
    written += skipped;
    while (left > 0) {
      int at = (int) (written % KEPT_BYTES);
      int part = Math.min(left, KEPT_BYTES - at);
      System.arraycopy(bytes, from, kept, at, part);
      written += part;
      from += part;
      left -= part;
    }
  }

  private byte[] keptOutput() {
    int length = (int) Math.min(written, KEPT_BYTES);
    byte[] copy = new byte[length];
    int start = (int) ((written - length) % KEPT_BYTES);
    int first = Math.min(length, KEPT_BYTES - start);
    System.arraycopy(kept, start, copy, 0, first);
    System.arraycopy(kept, 0, copy, first, length - first);
    return copy;
  }
}
