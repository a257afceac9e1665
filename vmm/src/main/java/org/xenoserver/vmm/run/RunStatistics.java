package org.xenoserver.vmm.run;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.DomainCounters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code --stats} writes, as one JSON object.
 *
 * @param status what the process ends with
 * @param wallNs from the start of the guest to its end
 * @param instructionsToFirstByte retired when the guest first wrote to its console; null if it
 *     never did
 */
record RunStatistics(
    int status, long wallNs, @Nullable Long instructionsToFirstByte, DomainCounters counters) {
  /** Writes the file, or returns the sentence that says why it could not. */
  @Nullable String write(Path file) {
    Map<String, Object> disks = new LinkedHashMap<>();
    disks.put("read_operations", counters.diskReadOperations());
    disks.put("read_bytes", counters.diskReadBytes());
    disks.put("write_operations", counters.diskWriteOperations());
    disks.put("write_bytes", counters.diskWriteBytes());
    disks.put("flush_operations", counters.diskFlushOperations());
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("status", status);
    all.put("wall_ns", wallNs);
    all.put("cpu_ns", counters.cpuNs());
    all.put("wait_ns", counters.waitNs());
    all.put("retired_instructions", counters.retiredInstructions());
    all.put("instructions_to_first_console_byte", instructionsToFirstByte);
    all.put("memory_byte_seconds", counters.memoryByteSeconds());
    all.put("exits", new TreeMap<>(counters.exits()));
    all.put("disks", disks);
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    try {
      json.writeValue(file, all);
      return null;
    } catch (JacksonException e) {
      return "--stats '%s' cannot be written: %s".formatted(file, e.getOriginalMessage());
    }
  }
}
