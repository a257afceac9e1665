/* An interpreter of bytecode that chooses with a switch: a jump table. */
#include "runtime.h"
#include "bytecode.h"

const char kernel_name[] = "bytecode-switch";

#define RUNS 2

void prepare(void) {}

static void __attribute__((noinline)) interpret(const short *code) {
  const short *pc = code;
  i64 *sp = stack;
  for (;;) {
    switch (*pc++) {
      case PUSH: *sp++ = *pc++; break;
      case LOAD: *sp++ = variables[*pc++]; break;
      case STORE: variables[*pc++] = *--sp; break;
      case ADD: sp--; sp[-1] += *sp; break;
      case SUBTRACT: sp--; sp[-1] -= *sp; break;
      case MULTIPLY: sp--; sp[-1] *= *sp; break;
      case REMAINDER: sp--; sp[-1] %= *sp; break;
      case LESS: sp--; sp[-1] = sp[-1] < *sp; break;
      case EQUAL: sp--; sp[-1] = sp[-1] == *sp; break;
      case JUMP: pc = code + *pc; break;
      case JUMP_IF_ZERO: pc = *--sp ? pc + 1 : code + *pc; break;
      case DUPLICATE: *sp = sp[-1]; sp++; break;
      case DROP: sp--; break;
      case FETCH: sp[-1] = cells[sp[-1] & 255]; break;
      case PUT: sp -= 2; cells[sp[0] & 255] = sp[1]; break;
      case INCREMENT: variables[*pc++]++; break;
      case XOR: sp--; sp[-1] ^= *sp; break;
      case SHIFT_RIGHT: sp--; sp[-1] >>= *sp; break;
      case AND: sp--; sp[-1] &= *sp; break;
      case HALT: return;
      default: panic("bytecode", (u64)pc[-1]);
    }
  }
}

u64 work(void) {
  clear();
  for (int i = 0; i < RUNS; i++) {
    interpret(program);
  }
  return outcome();
}
