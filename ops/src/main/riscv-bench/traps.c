/* A program in user mode that makes system calls and reads the time, as a kernel would answer it. */
#include "runtime.h"

const char kernel_name[] = "traps";

#define CALLS 120000

enum { EXIT, COUNT, CLOCK, COPY, TRY, SYSTEM_CALLS };
enum { CAUSE_ILLEGAL = 2, CAUSE_CALL = 8, CAUSE_LOAD_FAULT = 13 };
#define SUM (1ul << 18)
#define USER_STACK 0x1000000000ul

typedef u64 system_call(struct frame *);

static u64 counted, copied, faulted;
static u8 kernel_buffer[64];

static u64 count(struct frame *frame) { return counted += frame->x[10]; }

static u64 clock(struct frame *frame) {
  (void)frame;
  return rdtime();
}

static u64 copy(struct frame *frame) {
  CSR_SET(sstatus, SUM);
  memcpy(kernel_buffer, (const void *)frame->x[10], sizeof kernel_buffer);
  CSR_CLEAR(sstatus, SUM);
  copied = mix(copied, *(u64 *)(kernel_buffer + 8));
  return sizeof kernel_buffer;
}

static u64 leave(struct frame *frame) { leave_user(frame->x[10]); }

static u64 try(struct frame *frame) { return -frame->x[10]; }

static system_call *const calls[SYSTEM_CALLS] = {leave, count, clock, copy, try};

static void handle(struct frame *frame) {
  switch (frame->scause) {
    case CAUSE_CALL:
      frame->sepc += 4;
      frame->x[10] = frame->x[17] < SYSTEM_CALLS ? calls[frame->x[17]](frame) : -38ul;
      break;
    case CAUSE_LOAD_FAULT:
    case CAUSE_ILLEGAL:
      faulted += frame->scause;
      frame->sepc += 4;
      break;
    default:
      panic("trap, scause", frame->scause);
  }
}

#define USER __attribute__((section(".user"), noinline))

static inline __attribute__((always_inline)) u64 call(u64 number, u64 argument) {
  register u64 a0 __asm__("a0") = argument;
  register u64 a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
  return a0;
}

static USER u64 sum_of(const u64 *numbers) {
  u64 sum = 0;
  for (int i = 0; i < 8; i++) {
    sum += numbers[i] * (u64)(i + 1);
  }
  return sum;
}

static USER void program(u64 argument) {
  u64 buffer[8];
  u64 sum = argument, late = 0, before = 0;
  for (u64 i = 0; i < CALLS; i++) {
    switch (i & 7) {
      case 0:
        for (int j = 0; j < 8; j++) {
          buffer[j] = sum + (u64)j;
        }
        sum += call(COPY, (u64)buffer);
        break;
      case 3:
        late += call(CLOCK, 0) < before;
        before = rdtime();
        break;
      case 5:
        sum += call(SYSTEM_CALLS + 1, 0);
        break;
      case 6:
        sum += call(TRY, i);
        break;
      default:
        sum += call(COUNT, i);
        sum += sum_of(buffer);
        break;
    }
    if ((i & 15) == 9) {
      /* A page that is not there, and an instruction that is not allowed. */
      __asm__ volatile(".option push\n.option norvc\nlw zero, 0(%0)\ncsrr zero, sscratch\n.option pop"
                       : : "r"(64ul) : "memory");
    }
    late += rdtime() < before;
  }
  call(EXIT, late ? 0 : sum);
}

void prepare(void) {
  trap_handler = handle;
  *page_entry(USER_STACK) = pte(spare_page(0), PTE_DATA | PTE_U);
  sfence_all();
}

u64 work(void) {
  counted = copied = faulted = 0;
  u64 sum = enter_user(program, 1, (void *)(USER_STACK + PAGE));
  return mix(mix(mix(sum, counted), copied), faulted);
}
