/* Calls and returns: Fibonacci's numbers, and Ackermann's and Takeuchi's functions. */
#include "runtime.h"

const char kernel_name[] = "fib";

void prepare(void) {}

static u64 __attribute__((noinline)) fib(u64 n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static i64 __attribute__((noinline)) tak(i64 x, i64 y, i64 z) {
  return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

static u64 __attribute__((noinline)) ackermann(u64 m, u64 n) {
  if (m == 0) {
    return n + 1;
  }
  return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

u64 work(void) {
  u64 sum = fib(32);
  sum = mix(sum, (u64)tak(18, 12, 6));
  return mix(sum, ackermann(2, 200));
}
