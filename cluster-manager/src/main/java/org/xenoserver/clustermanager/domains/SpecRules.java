package org.xenoserver.clustermanager.domains;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainSpec;

/**
 * The rules of {@code DomainSpec} that need no host to check. Whether files exist and memory fits
 * is for the host's agent to say.
 */
public final class SpecRules {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern IMAGE = Pattern.compile("image:[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");
  private static final String FILE_OR_IMAGE =
      "an absolute path on the host, or image:NAME for one of its images";
  private static final String FILE = "an absolute path on the host";
  private static final int PAGE_BYTES = 4096;
  private static final int MAX_VCPUS = 128;
  private static final int MAX_LABEL_KEY = 63;

  private SpecRules() {}

  /**
   * Checks a specification.
   *
   * @param uuids chooses the UUID of a domain that comes without one
   * @return the specification with its UUID set, in lower case
   * @throws RpcFailure INVALID_ARGUMENT naming the first field at fault, the rule and the value
   */
  public static DomainSpec check(DomainSpec spec, Supplier<UUID> uuids) {
    if (!NAME.matcher(spec.getName()).matches()) {
      throw invalid(
          "name",
          quoted(spec.getName()),
          "1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', beginning with a letter or a digit");
    }
    if (!spec.getUuid().isEmpty() && !UUID_TEXT.matcher(spec.getUuid()).matches()) {
      throw invalid("uuid", quoted(spec.getUuid()), "a UUID in its text form (RFC 9562), or empty");
    }
    long memory = spec.getMemoryBytes();
    if (memory <= 0 || memory % PAGE_BYTES != 0) {
      throw invalid(
          "memory_bytes", Long.toUnsignedString(memory), "a positive multiple of " + PAGE_BYTES);
    }
    if (spec.getVcpus() < 1 || spec.getVcpus() > MAX_VCPUS) {
      throw invalid("vcpus", Integer.toUnsignedString(spec.getVcpus()), "1 to " + MAX_VCPUS);
    }
    checkBoot(spec);
    checkDisks(spec.getDisksList());
    for (String key : spec.getLabelsMap().keySet()) {
      if (key.isEmpty() || key.length() > MAX_LABEL_KEY) {
        throw invalid("labels", "keyed by " + quoted(key), "keyed by 1 to 63 characters");
      }
    }
    String uuid = spec.getUuid().isEmpty() ? uuids.get().toString() : spec.getUuid();
    return spec.toBuilder().setUuid(uuid.toLowerCase(Locale.ROOT)).build();
  }

  private static void checkBoot(DomainSpec spec) {
    if (spec.getKernel().isEmpty() && spec.getFirmware().isEmpty()) {
      throw invalid("kernel", "empty", "given unless there is firmware");
    }
    if (!spec.getKernel().isEmpty() && !isFileOrImage(spec.getKernel())) {
      throw invalid("kernel", quoted(spec.getKernel()), FILE_OR_IMAGE);
    }
    if (!spec.getInitrd().isEmpty() && !isFileOrImage(spec.getInitrd())) {
      throw invalid("initrd", quoted(spec.getInitrd()), FILE_OR_IMAGE);
    }
    if (!spec.getFirmware().isEmpty() && !isFile(spec.getFirmware())) {
      throw invalid("firmware", quoted(spec.getFirmware()), FILE);
    }
    if (spec.getCommandLine().indexOf('\0') >= 0) {
      throw invalid("command_line", "text with a NUL character", "free of them");
    }
  }

  private static void checkDisks(List<Disk> disks) {
    for (int i = 0; i < disks.size(); i++) {
      String file = disks.get(i).getFile();
      if (!isFile(file)) {
        throw invalid("disks[" + i + "].file", quoted(file), FILE);
      }
      for (int j = 0; j < i; j++) {
        Disk other = disks.get(j);
        if (other.getFile().equals(file) && !(other.getReadOnly() && disks.get(i).getReadOnly())) {
          throw invalid(
              "disks[" + i + "].file",
              quoted(file) + " like disks[" + j + "]",
              "another file unless both are read-only");
        }
      }
    }
  }

  private static boolean isFileOrImage(String text) {
    return IMAGE.matcher(text).matches() || isFile(text);
  }

  private static boolean isFile(String text) {
    return text.startsWith("/") && text.indexOf('\0') < 0;
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  private static RpcFailure invalid(String field, String value, String rule) {
    return RpcFailure.invalid("spec." + field, field + " is " + value + "; it must be " + rule);
  }
}
