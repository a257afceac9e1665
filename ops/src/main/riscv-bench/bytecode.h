/* A program for a stack machine: primes by trial division, then a table of sums. */
#ifndef BYTECODE_H
#define BYTECODE_H

enum {
  PUSH, LOAD, STORE, ADD, SUBTRACT, MULTIPLY, REMAINDER, LESS, EQUAL, JUMP, JUMP_IF_ZERO,
  DUPLICATE, DROP, FETCH, PUT, INCREMENT, XOR, SHIFT_RIGHT, AND, HALT, OPCODES
};

/* Variables: 0 candidate, 1 divisor, 2 primes, 3 hash, 4 index. */
static const short program[] = {
    PUSH, 2, STORE, 0,                                  /* 0 */
    LOAD, 0, PUSH, 12000, LESS, JUMP_IF_ZERO, 51,       /* 4: while candidate < limit */
    PUSH, 2, STORE, 1,                                  /* 11 */
    LOAD, 1, DUPLICATE, MULTIPLY, LOAD, 0, PUSH, 1, ADD, LESS, JUMP_IF_ZERO, 39, /* 15 */
    LOAD, 0, LOAD, 1, REMAINDER, JUMP_IF_ZERO, 47,      /* 27 */
    INCREMENT, 1, JUMP, 15, DROP,                       /* 34 */
    LOAD, 0, INCREMENT, 2, STORE, 3,                    /* 39: a prime */
    JUMP, 47,                                           /* 45 */
    INCREMENT, 0, JUMP, 4,                              /* 47 */
    PUSH, 0, STORE, 4,                                  /* 51 */
    LOAD, 4, PUSH, 30000, LESS, JUMP_IF_ZERO, 95,       /* 55 */
    LOAD, 4, PUSH, 255, AND,                            /* 62 */
    DUPLICATE, FETCH,                                   /* 67 */
    PUSH, 31, MULTIPLY, LOAD, 4, ADD,                   /* 69 */
    DUPLICATE, PUSH, 7, SHIFT_RIGHT, XOR,               /* 75 */
    PUT,                                                /* 80: cell, value */
    LOAD, 3, LOAD, 4, XOR, PUSH, 3, MULTIPLY,           /* 81 */
    STORE, 3,                                           /* 89 */
    INCREMENT, 4, JUMP, 55,                             /* 91 */
    HALT,                                               /* 95 */
};

static i64 variables[8];
static i64 cells[256];
static i64 stack[64];

static u64 outcome(void) {
  u64 sum = (u64)variables[2];
  for (int i = 0; i < 256; i++) {
    sum = mix(sum, (u64)cells[i]);
  }
  return mix(sum, (u64)variables[3]);
}

static void clear(void) {
  memset(variables, 0, sizeof variables);
  memset(cells, 0, sizeof cells);
}

#endif
