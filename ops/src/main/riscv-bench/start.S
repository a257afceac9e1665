# Entry of the first hart, of further harts, of traps; the way to user mode and back.

.equ FRAME, 288

.macro each_register op
  \op x1, 8(sp)
  \op x3, 24(sp)
  \op x4, 32(sp)
  \op x6, 48(sp)
  \op x7, 56(sp)
  \op x8, 64(sp)
  \op x9, 72(sp)
  \op x10, 80(sp)
  \op x11, 88(sp)
  \op x12, 96(sp)
  \op x13, 104(sp)
  \op x14, 112(sp)
  \op x15, 120(sp)
  \op x16, 128(sp)
  \op x17, 136(sp)
  \op x18, 144(sp)
  \op x19, 152(sp)
  \op x20, 160(sp)
  \op x21, 168(sp)
  \op x22, 176(sp)
  \op x23, 184(sp)
  \op x24, 192(sp)
  \op x25, 200(sp)
  \op x26, 208(sp)
  \op x27, 216(sp)
  \op x28, 224(sp)
  \op x29, 232(sp)
  \op x30, 240(sp)
  \op x31, 248(sp)
.endm

.macro set_up
  .option push
  .option norelax
  la gp, global_pointer
  .option pop
  csrw sie, zero
  csrw sscratch, zero
  la t0, trap_entry
  csrw stvec, t0
  li t0, 0x2000               # sstatus.FS = initial
  csrs sstatus, t0
  fscsr zero
.endm

.section .text.start, "ax"
.globl _start
_start:
  set_up
  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sd zero, 0(t0)
  addi t0, t0, 8
  j 1b
2:
  la sp, first_stack_end
  tail start_first

# What SBI's hart_start begins; a1 is the top of the stack, on which lie satp and a function.
.globl start_further
start_further:
  set_up
  mv sp, a1
  ld t0, 0(sp)
  csrw satp, t0
  sfence.vma
  ld t1, 8(sp)
  jalr t1
1:
  wfi
  j 1b

.text
.balign 4
.globl trap_entry
trap_entry:
  csrrw sp, sscratch, sp      # 0 while in S-mode, else the stack to use
  bnez sp, 1f
  csrr sp, sscratch
  addi sp, sp, -FRAME
  sd t0, 40(sp)
  addi t0, sp, FRAME
  j 2f
1:
  addi sp, sp, -FRAME
  sd t0, 40(sp)
  csrr t0, sscratch
2:
  sd t0, 16(sp)
  csrw sscratch, zero
  each_register sd
  csrr s0, sstatus
  csrr s1, sepc
  csrr s2, scause
  csrr s3, stval
  sd s0, 256(sp)
  sd s1, 264(sp)
  sd s2, 272(sp)
  sd s3, 280(sp)
  mv a0, sp
  la t0, trap_handler
  ld t0, 0(t0)
  jalr t0
  ld s0, 256(sp)
  ld s1, 264(sp)
  csrw sstatus, s0
  csrw sepc, s1
  andi s0, s0, 0x100          # sstatus.SPP
  bnez s0, 3f
  addi t0, sp, FRAME
  csrw sscratch, t0
3:
  each_register ld
  ld t0, 40(sp)
  ld sp, 16(sp)
  sret

# u64 enter_user(void *entry, u64 argument, void *stack): returns what leave_user is given.
.globl enter_user
enter_user:
  addi sp, sp, -112
  sd ra, 0(sp)
  sd s0, 8(sp)
  sd s1, 16(sp)
  sd s2, 24(sp)
  sd s3, 32(sp)
  sd s4, 40(sp)
  sd s5, 48(sp)
  sd s6, 56(sp)
  sd s7, 64(sp)
  sd s8, 72(sp)
  sd s9, 80(sp)
  sd s10, 88(sp)
  sd s11, 96(sp)
  la t0, entered_with
  sd sp, 0(t0)
  csrw sscratch, sp
  csrw sepc, a0
  li t0, 0x100
  csrc sstatus, t0
  mv a0, a1
  mv sp, a2
  sret

.globl leave_user
leave_user:
  la t0, entered_with
  ld sp, 0(t0)
  csrw sscratch, zero
  ld ra, 0(sp)
  ld s0, 8(sp)
  ld s1, 16(sp)
  ld s2, 24(sp)
  ld s3, 32(sp)
  ld s4, 40(sp)
  ld s5, 48(sp)
  ld s6, 56(sp)
  ld s7, 64(sp)
  ld s8, 72(sp)
  ld s9, 80(sp)
  ld s10, 88(sp)
  ld s11, 96(sp)
  addi sp, sp, 112
  ret

.bss
.balign 16
  .space 65536
first_stack_end:
  .balign 8
entered_with:
  .space 8
