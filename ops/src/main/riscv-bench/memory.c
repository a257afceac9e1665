/* memcpy, memset and memcmp: short and long, aligned and not. */
#include "runtime.h"

const char kernel_name[] = "memory";

#define BYTES (4ul << 20)

static u8 *from, *to;

void prepare(void) {
  u64 seed = 99;
  from = allocate(BYTES + PAGE);
  to = allocate(BYTES + PAGE);
  for (u64 i = 0; i < BYTES / 8; i++) {
    ((u64 *)from)[i] = random64(&seed);
  }
}

u64 work(void) {
  u64 seed = 5, sum = 0;
  for (int i = 0; i < 12; i++) {
    memset(to, i, BYTES);
    memcpy(to, from, BYTES - (u64)i * 8);
    sum = mix(sum, ((u64 *)to)[(seed >> 7) % (BYTES / 8)]);
  }
  for (int i = 0; i < 150000; i++) {
    u64 number = random64(&seed);
    u64 bytes = 1 + (number >> 3 & 127);
    u64 at = number >> 20 & (BYTES - 1) & ~7ul;
    memcpy(to + at, from + (number >> 41 & (BYTES - 1) & ~7ul), bytes);
    sum += to[at];
  }
  for (int i = 0; i < 300; i++) {
    u64 at = random64(&seed) & (BYTES - 1) & -PAGE;
    memcpy(to + at + 1, from + at + 4, PAGE - 8);
    sum = mix(sum, to[at + 1000]);
  }
  for (int i = 0; i < 300; i++) {
    u64 at = random64(&seed) & (BYTES - 1) & -PAGE;
    memcpy(to + at, from + at, PAGE);
    to[at + PAGE - 1] ^= 1;
    sum += (u64)memcmp(to + at, from + at, PAGE) & 0xff;
    memset(to + at + 3, (int)at, PAGE - 3);
  }
  return sum;
}
