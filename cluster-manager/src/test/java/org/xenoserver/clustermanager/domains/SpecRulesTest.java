package org.xenoserver.clustermanager.domains;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainSpec;

final class SpecRulesTest {
  private static final UUID CHOSEN = UUID.fromString("0b06b1ba-2b4d-4b6f-9d4c-9f3a5a1f0001");

  @Test
  void shouldChooseAUuidForADomainWithoutOne() {
    assertThat(SpecRules.check(good().build(), () -> CHOSEN).getUuid())
        .isEqualTo(CHOSEN.toString());
  }

  @Test
  void shouldKeepAUuidInLowerCase() {
    DomainSpec spec = good().setUuid("ABCDEF00-0000-4000-8000-00000000000A").build();
    assertThat(SpecRules.check(spec, () -> CHOSEN).getUuid())
        .isEqualTo("abcdef00-0000-4000-8000-00000000000a");
  }

  @Test
  void shouldTakeFirmwareWithoutAKernel() {
    DomainSpec spec =
        good().clearKernel().setFirmware("/firmware.elf").setUuid(CHOSEN + "").build();
    assertThat(SpecRules.check(spec, () -> CHOSEN)).isEqualTo(spec);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        broken("spec.name", "name is ''", s -> s.clearName()),
        broken("spec.name", "name is '-a'", s -> s.setName("-a")),
        broken("spec.name", "name is 'a/b'", s -> s.setName("a/b")),
        broken("spec.name", "name is 'aaaa", s -> s.setName("a".repeat(64))),
        broken("spec.uuid", "uuid is '1-2-3-4-5'", s -> s.setUuid("1-2-3-4-5")),
        broken("spec.memory_bytes", "memory_bytes is 0;", s -> s.setMemoryBytes(0)),
        broken("spec.memory_bytes", "memory_bytes is 4097;", s -> s.setMemoryBytes(4097)),
        broken(
            "spec.memory_bytes",
            "memory_bytes is 18446744073709547520;",
            s -> s.setMemoryBytes(-4096)),
        broken("spec.vcpus", "vcpus is 0; it must be 1 to 128", s -> s.setVcpus(0)),
        broken("spec.vcpus", "vcpus is 129;", s -> s.setVcpus(129)),
        broken("spec.kernel", "kernel is empty;", s -> s.clearKernel()),
        broken("spec.kernel", "kernel is 'Image';", s -> s.setKernel("Image")),
        broken("spec.kernel", "kernel is 'image:../x';", s -> s.setKernel("image:../x")),
        broken("spec.initrd", "initrd is 'x';", s -> s.setInitrd("x")),
        broken("spec.firmware", "firmware is 'image:x';", s -> s.setFirmware("image:x")),
        broken(
            "spec.disks[1].file",
            "disks[1].file is 'd';",
            s -> s.addDisks(disk("/d")).addDisks(disk("d"))),
        broken(
            "spec.disks[1].file",
            "disks[1].file is '/d' like disks[0];",
            s -> s.addDisks(disk("/d")).addDisks(disk("/d"))),
        broken("spec.labels", "labels is keyed by ''", s -> s.putLabels("", "x")));
  }

  private static Arguments broken(String field, String sentence, Consumer<DomainSpec.Builder> how) {
    return Arguments.of(field, sentence, how);
  }

  @ParameterizedTest
  @MethodSource("broken")
  void shouldNameTheFieldAndTheValueAtFault(
      String field, String sentence, Consumer<DomainSpec.Builder> how) {
    DomainSpec.Builder spec = good();
    how.accept(spec);
    assertThatThrownBy(() -> SpecRules.check(spec.build(), () -> CHOSEN))
        .isInstanceOfSatisfying(
            RpcFailure.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID);
              assertThat(refusal.field()).isEqualTo(field);
              assertThat(refusal.getMessage()).startsWith(sentence).contains("; it must be ");
            });
  }

  private static Disk disk(String file) {
    return Disk.newBuilder().setFile(file).build();
  }

  private static DomainSpec.Builder good() {
    return DomainSpec.newBuilder()
        .setName("a")
        .setMemoryBytes(64 << 20)
        .setVcpus(1)
        .setKernel("image:debian")
        .setInitrd("/boot/initrd");
  }
}
