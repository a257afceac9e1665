package org.xenoserver.vmm.virtio.entropy;

import java.security.SecureRandom;

/** Where random bytes come from. */
@FunctionalInterface
public interface EntropySource {
  /** Fills an array with bytes nobody can foresee. */
  void fill(byte[] bytes);

  /** The host's generator. */
  static EntropySource secure() {
    return new SecureRandom()::nextBytes;
  }
}
