package org.xenoserver.ops.domainxml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.PlacementRule;
import org.xenoserver.proto.v1.PlacementSpec;
import org.xenoserver.proto.v1.RestartPolicy;
import org.xenoserver.proto.v1.Scheduling;

final class DomainXmlTest {
  @Test
  void shouldReadEveryElementItKnows() throws DomainXmlException {
    DomainSpec spec =
        parse(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- In no particular order, as libvirt allows. -->
            <domain type='xenoserver'>
              <uuid>6BA7B810-9DAD-11D1-80B4-00C04FD430C8</uuid>
              <name>alpha</name>
              <vcpu placement='static'>4</vcpu>
              <memory unit='MiB'>256</memory>
              <os>
                <type arch='riscv64' machine='virt'>hvm</type>
                <loader>/srv/fw_jump.bin</loader>
                <kernel>image:debian</kernel>
                <initrd>/srv/initrd.gz</initrd>
                <cmdline>
                  console=ttyS0
                  hostname=alpha
                </cmdline>
              </os>
              <devices>
                <disk type='file' device='disk'>
                  <driver name='xenoserver' type='raw'/>
                  <source file='/srv/b.img'/>
                  <target dev='vdb' bus='virtio'/>
                  <readonly/>
                </disk>
                <disk type='file' device='disk'>
                  <target dev='vda' bus='virtio'/>
                  <source file='/srv/a.img'/>
                </disk>
                <disk><source file='/srv/last.img'/></disk>
                <serial type='pty'><target port='0'/></serial>
                <console type='pty'><target type='serial' port='0'/></console>
              </devices>
              <metadata xmlns:xs='https://xenoserver.org/domain/1.0'>
                <xs:label key='owner'>somebody &amp; co</xs:label>
                <xs:scheduling mcuAdvance='20' warpUs='1' warpLimitUs='2' unwarpUs='3'/>
                <other:thing xmlns:other='https://example.org/'><any/></other:thing>
              </metadata>
            </domain>
            """);
    assertThat(spec)
        .isEqualTo(
            DomainSpec.newBuilder()
                .setName("alpha")
                .setUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
                .setMemoryBytes(256L << 20)
                .setVcpus(4)
                .setFirmware("/srv/fw_jump.bin")
                .setKernel("image:debian")
                .setInitrd("/srv/initrd.gz")
                .setCommandLine("console=ttyS0 hostname=alpha")
                .addDisks(Disk.newBuilder().setFile("/srv/a.img"))
                .addDisks(Disk.newBuilder().setFile("/srv/b.img").setReadOnly(true))
                .addDisks(Disk.newBuilder().setFile("/srv/last.img"))
                .putLabels("owner", "somebody & co")
                .setScheduling(
                    Scheduling.newBuilder()
                        .setMcuAdvance(20)
                        .setWarpUs(1)
                        .setWarpLimitUs(2)
                        .setUnwarpUs(3))
                .build());
  }

  @Test
  void shouldTakeDefaultsForWhatIsAbsent() throws DomainXmlException {
    DomainSpec spec =
        parse(
            "\uFEFF<domain><name>a</name><memory>1023</memory>"
                + "<os><kernel>/k</kernel></os></domain>");
    assertThat(spec)
        .isEqualTo(
            DomainSpec.newBuilder()
                .setName("a")
                .setMemoryBytes(1024 * 1024)
                .setVcpus(1)
                .setKernel("/k")
                .build());
  }

  @Test
  void shouldAcceptOurElementsInsideOneOfOurs() throws DomainXmlException {
    DomainSpec spec =
        parse(
            """
            <domain><name>a</name><memory>4</memory><os><loader>/f</loader></os>
              <metadata>
                <domain xmlns='https://xenoserver.org/domain/1.0'>
                  <label key='k'>v</label><scheduling mcuAdvance='5'/>
                </domain>
              </metadata></domain>
            """);
    assertThat(spec.getLabelsMap()).containsOnlyKeys("k").containsEntry("k", "v");
    assertThat(spec.getScheduling().getMcuAdvance()).isEqualTo(5);
  }

  @Test
  void shouldReadBackWhatItWrites() throws DomainXmlException {
    long seed = System.nanoTime();
    System.out.println("DomainXmlTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      DomainSpec spec = specification(random);
      String xml = DomainXml.write(spec);
      assertThat(parse(xml)).as(xml).isEqualTo(spec);
    }
  }

  private static DomainSpec specification(Random random) {
    DomainSpec.Builder spec =
        DomainSpec.newBuilder()
            .setName("d" + random.nextInt(1000))
            .setMemoryBytes(4096L * (1 + random.nextInt(1 << 20)) << random.nextInt(10))
            .setVcpus(1 + random.nextInt(128))
            .setKernel(random.nextBoolean() ? "image:debian" : "/boot/a \"kernel\" <&>")
            .setCommandLine(random.nextBoolean() ? "" : "a=\"1\" b=<&>'");
    if (random.nextBoolean()) {
      spec.setUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").setInitrd("/i").setFirmware("/f");
    }
    for (int disks = random.nextInt(60); disks > 0; disks--) {
      spec.addDisks(
          Disk.newBuilder()
              .setFile("/disk " + disks)
              .setReadOnly(random.nextBoolean())
              .setShared(random.nextBoolean()));
    }
    for (int labels = random.nextInt(4); labels > 0; labels--) {
      spec.putLabels("label<" + labels, random.nextBoolean() ? "" : "\u00e4\u20ac & more");
    }
    if (random.nextBoolean()) {
      spec.setProject(random.nextBoolean() ? "" : "p")
          .setPriority(random.nextInt(2001) - 1000)
          .setRestartPolicyValue(random.nextInt(4))
          .setPlacement(
              PlacementSpec.newBuilder()
                  .setMachine("riscv64")
                  .setHosts("a=b|c,!d")
                  .addRules(
                      PlacementRule.newBuilder()
                          .setKindValue(1 + random.nextInt(3))
                          .setDomains("app=x")
                          .setDepth(random.nextInt(9))
                          .setMaxSkew(1 + random.nextInt(5))));
    }
    if (random.nextBoolean()) {
      spec.setScheduling(
          Scheduling.newBuilder()
              .setMcuAdvance(1 + random.nextInt(100))
              .setWarpUs(random.nextInt(10)));
    }
    return spec.build();
  }

  @Test
  void shouldReadTheExampleOfTheReadme() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf("```xml") + "```xml".length();
    DomainSpec spec = parse(readme.substring(start, readme.indexOf("```", start)).strip());
    assertThat(spec.getName()).isEqualTo("alpha");
    assertThat(spec.getDisksList())
        .containsExactly(
            Disk.newBuilder().setFile("/srv/alpha.img").setReadOnly(true).setShared(true).build());
    assertThat(spec.getProject()).isEqualTo("web");
    assertThat(spec.getPriority()).isEqualTo(10);
    assertThat(spec.getRestartPolicy()).isEqualTo(RestartPolicy.RESTART_POLICY_ALWAYS);
    assertThat(spec.getPlacement().getHosts()).isEqualTo("disk=ssd");
    assertThat(spec.getPlacement().getRules(0).getKind())
        .isEqualTo(PlacementRule.Kind.KIND_ANTI_AFFINITY);
  }

  @Test
  void shouldRefuseWhatIsNotText() {
    byte[] utf16 = "<domain/>".getBytes(StandardCharsets.UTF_16);
    assertThatExceptionOfType(DomainXmlException.class)
        .isThrownBy(() -> DomainXml.parse("a.xml", utf16))
        .withMessage("a.xml:1:1: the file is not UTF-8 text");
    assertThatExceptionOfType(DomainXmlException.class)
        .isThrownBy(() -> DomainXml.parse("a.xml", new byte[DomainXml.MAXIMUM_BYTES + 1]))
        .withMessage("a.xml:1:1: the file is longer than 1048576 bytes");
  }

  private static DomainSpec parse(String xml) throws DomainXmlException {
    return DomainXml.parse("test.xml", xml.getBytes(StandardCharsets.UTF_8));
  }
}
