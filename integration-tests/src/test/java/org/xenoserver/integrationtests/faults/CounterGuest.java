package org.xenoserver.integrationtests.faults;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A guest that would notice if it ran twice. It owns its first disk and counts there:
 *
 * <ul>
 *   <li>Each start is an incarnation; its name is the moment it started, in ns of the real-time
 *       clock.
 *   <li>The head, sector 0, holds the incarnation, the counter and the moment of the last write.
 *       Before each write but its first the guest reads the head; if that is not what it wrote
 *       last, somebody else writes too: it says so on the console (V), writes it to the last sector
 *       and counts no more.
 *   <li>The same record goes to the sector whose number is the counter, which makes a log of all
 *       that ever wrote, in order.
 *   <li>After each count it prints the record (C). So the moments at which an incarnation executed
 *       are known even of one whose writes are all refused.
 *   <li>If a request fails it says so (E) and counts no more.
 * </ul>
 *
 * <p>It needs no interrupts: the timer ends its waits.
 */
final class CounterGuest {
  static final int SECTOR_BYTES = 512;

  /** The disk: room for nine hours of counting. */
  static final int SECTORS = 1 << 20;

  /** What it is to be given. */
  static final long MEMORY_BYTES = 8L << 20;

  /** The first word of each record. */
  static final long MAGIC = 0x584e434f554e5431L;

  /** 10 MHz ticks between two counts. */
  private static final long PAUSE_TICKS = 300_000;

  /**
   * s0 disk, s1 queue, s2 UART, s3 clock, s4 request header and status, s5 sector; s6 incarnation,
   * s7 counter.
   */
  private static final String SOURCE =
      """
        li s0, 0x10001000
        li s1, 0x80300000
        li s2, 0x10000000
        li s3, 0x101000
        li s4, 0x80301000
        li s5, 0x80302000
        li t0, 32
        csrw sie, t0                # the timer ends WFI; sstatus.SIE stays off, so nothing traps

        sw x0, 0x70(s0)             # virtio 1.2, section 3.1.1
        li t0, 3
        sw t0, 0x70(s0)
        sw x0, 0x24(s0)
        sw x0, 0x20(s0)             # without VIRTIO_BLK_F_FLUSH each write is on the disk when it ends
        li t0, 1
        sw t0, 0x24(s0)
        sw t0, 0x20(s0)             # VIRTIO_F_VERSION_1
        li t0, 11
        sw t0, 0x70(s0)
        sw x0, 0x30(s0)
        li t0, 8
        sw t0, 0x38(s0)
        sw s1, 0x80(s0)
        sw x0, 0x84(s0)
        addi t0, s1, 0x100
        sw t0, 0x90(s0)
        sw x0, 0x94(s0)
        addi t0, s1, 0x200
        sw t0, 0xa0(s0)
        sw x0, 0xa4(s0)
        li t0, 1
        sw t0, 0x44(s0)
        li t0, 15
        sw t0, 0x70(s0)

        call now
        mv s6, a0
        li a0, 0
        li a1, 0
        call request
        bnez a0, failed
        ld s7, 16(s5)

      count:
        addi s7, s7, 1
        li t0, {magic}
        sd t0, 0(s5)
        sd s6, 8(s5)
        sd s7, 16(s5)
        call now
        sd a0, 24(s5)
        mv s8, a0
        li a0, 1
        li a1, 0
        call request
        bnez a0, failed
        li a0, 1
        mv a1, s7
        call request
        bnez a0, failed
        li a0, 67
        mv a1, s7
        mv a2, s8
        call report

        csrr s9, 0xc01
        li t0, {pause}
        add s9, s9, t0
      pause:
        csrw stimecmp, s9
        wfi
        csrr t0, 0xc01
        bltu t0, s9, pause

        li a0, 0
        li a1, 0
        call request
        bnez a0, failed
        ld t0, 8(s5)
        bne t0, s6, twice
        ld t0, 16(s5)
        beq t0, s7, count

      twice:
        ld s8, 8(s5)
        ld s9, 16(s5)
        li a0, 86
        mv a1, s8
        mv a2, s9
        call report
        li t0, {magic}
        sd t0, 0(s5)
        sd s6, 8(s5)
        sd s9, 16(s5)
        sd s8, 24(s5)
        li a0, 1
        li a1, {last}
        call request
        j stand

      failed:
        mv a2, a0
        li a0, 69
        mv a1, s7
        call report
      stand:
        csrwi sie, 0
        wfi
        j stand

      # The real-time clock in ns; the low half latches the high one.
      now:
        lwu a0, 0(s3)
        lwu t0, 4(s3)
        slli t0, t0, 32
        or a0, a0, t0
        ret

      # Reads (a0 = 0) or writes (a0 = 1) sector a1; the status in a0 (section 5.2.6).
      request:
        sw a0, 0(s4)
        sw x0, 4(s4)
        sd a1, 8(s4)
        li t0, 0xff
        sb t0, 16(s4)
        sd s4, 0(s1)
        li t0, 16
        sw t0, 8(s1)
        li t0, 0x10001
        sw t0, 12(s1)
        sd s5, 16(s1)
        li t0, 512
        sw t0, 24(s1)
        li t0, 0x20001
        bnez a0, described
        li t0, 0x20003
      described:
        sw t0, 28(s1)
        addi t1, s4, 16
        sd t1, 32(s1)
        li t0, 1
        sw t0, 40(s1)
        li t0, 2
        sw t0, 44(s1)
        lhu t0, 0x102(s1)
        andi t1, t0, 7
        slli t1, t1, 1
        add t1, t1, s1
        sh x0, 0x104(t1)
        addi t0, t0, 1
        slli t0, t0, 48
        srli t0, t0, 48
        fence
        sh t0, 0x102(s1)
        sw x0, 0x50(s0)
      outstanding:
        lhu t1, 0x202(s1)
        beq t1, t0, answered
        csrr t3, 0xc01
        addi t3, t3, 1000
        csrw stimecmp, t3
        wfi
        j outstanding
      answered:
        lbu a0, 16(s4)
        ret

      # Prints the letter a0, the incarnation, a1 and a2.
      report:
        mv t6, ra
        sb a0, 0(s2)
        mv a0, s6
        call hex
        mv a0, a1
        call hex
        mv a0, a2
        call hex
        li t2, 10
        sb t2, 0(s2)
        jr t6

      # A blank and the 16 digits of a0.
      hex:
        li t2, 32
        sb t2, 0(s2)
      {print hex}
        ret
      """
          .replace("{print hex}", BareKernel.PRINT_HEX)
          .replace("{magic}", "0x" + Long.toHexString(MAGIC))
          .replace("{pause}", Long.toString(PAUSE_TICKS))
          .replace("{last}", Integer.toString(SECTORS - 1));

  private CounterGuest() {}

  /** Writes it to a file. */
  static Path write(Path file) throws IOException {
    return BareKernel.write(file, SOURCE);
  }
}
