/* An interpreter of bytecode that calls a function by pointer for each operation. */
#include "runtime.h"
#include "bytecode.h"

const char kernel_name[] = "bytecode-calls";

#define RUNS 1

struct machine {
  const short *code;
  const short *pc;
  i64 *sp;
  int running;
};

typedef void operation(struct machine *);

static void push(struct machine *m) { *m->sp++ = *m->pc++; }
static void load(struct machine *m) { *m->sp++ = variables[*m->pc++]; }
static void store(struct machine *m) { variables[*m->pc++] = *--m->sp; }
static void add(struct machine *m) { m->sp--; m->sp[-1] += *m->sp; }
static void subtract(struct machine *m) { m->sp--; m->sp[-1] -= *m->sp; }
static void multiply(struct machine *m) { m->sp--; m->sp[-1] *= *m->sp; }
static void remainder(struct machine *m) { m->sp--; m->sp[-1] %= *m->sp; }
static void less(struct machine *m) { m->sp--; m->sp[-1] = m->sp[-1] < *m->sp; }
static void equal(struct machine *m) { m->sp--; m->sp[-1] = m->sp[-1] == *m->sp; }
static void jump(struct machine *m) { m->pc = m->code + *m->pc; }
static void jump_if_zero(struct machine *m) { m->pc = *--m->sp ? m->pc + 1 : m->code + *m->pc; }
static void duplicate(struct machine *m) { *m->sp = m->sp[-1]; m->sp++; }
static void drop(struct machine *m) { m->sp--; }
static void fetch(struct machine *m) { m->sp[-1] = cells[m->sp[-1] & 255]; }
static void put_cell(struct machine *m) { m->sp -= 2; cells[m->sp[0] & 255] = m->sp[1]; }
static void increment(struct machine *m) { variables[*m->pc++]++; }
static void exclusive_or(struct machine *m) { m->sp--; m->sp[-1] ^= *m->sp; }
static void shift_right(struct machine *m) { m->sp--; m->sp[-1] >>= *m->sp; }
static void and(struct machine *m) { m->sp--; m->sp[-1] &= *m->sp; }
static void halt(struct machine *m) { m->running = 0; }

static operation *const operations[OPCODES] = {push, load, store, add, subtract, multiply,
    remainder, less, equal, jump, jump_if_zero, duplicate, drop, fetch, put_cell, increment,
    exclusive_or, shift_right, and, halt};

void prepare(void) {}

static void __attribute__((noinline)) interpret(const short *code) {
  struct machine machine = {code, code, stack, 1};
  while (machine.running) {
    operations[*machine.pc++](&machine);
  }
}

u64 work(void) {
  clear();
  for (int i = 0; i < RUNS; i++) {
    interpret(program);
  }
  return outcome();
}
