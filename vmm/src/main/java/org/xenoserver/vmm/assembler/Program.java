package org.xenoserver.vmm.assembler;

import java.util.Map;

/**
 * An assembled guest program.
 *
 * @param base address of the first byte
 * @param bytes what is to be there
 * @param labels addresses by name
 */
public record Program(long base, byte[] bytes, Map<String, Long> labels) {
  /** The address of a label. */
  public long label(String name) {
    Long address = labels.get(name);
    if (address == null) {
      throw new IllegalArgumentException("no label " + name);
    }
    return address;
  }
}
