/* The same work on each of several harts at once: harts=N times that of one. They meet at a barrier of
   atomic additions, and share a counter and a lock while they work. */
#include "runtime.h"

const char kernel_name[] = "parallel";

#define MOST_HARTS 16
#define CELLS (64ul * 1024)
#define STEPS 36000000ul
#define STACK 16384

static u64 harts;
static volatile u32 generation, arrived, lock;
static u64 shared, guarded;
static u64 results[MOST_HARTS][8];
static u32 *cells[MOST_HARTS];
static u8 stacks[MOST_HARTS][STACK] __attribute__((aligned(16)));
static u64 next_number;

static inline u32 add(volatile u32 *at, u32 value) {
  return __atomic_fetch_add(at, value, __ATOMIC_ACQ_REL);
}

static void acquire(void) {
  while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) {
  }
}

static void release(void) { __atomic_store_n(&lock, 0, __ATOMIC_RELEASE); }

static u64 __attribute__((noinline)) work_of(u64 number) {
  u32 *own = cells[number];
  u64 seed = 12345 + number, sum = 0;
  for (u64 i = 0; i < CELLS; i++) {
    own[i] = (u32)(i * 2654435761u);
  }
  for (u64 i = 0; i < STEPS; i++) {
    u64 random = random64(&seed);
    u32 *cell = &own[random % CELLS];
    *cell = (*cell ^ (u32)random) * 16777619u;
    sum += *cell & 0xffff;
    if ((i & 4095) == 0) {
      __atomic_fetch_add(&shared, 1, __ATOMIC_RELAXED);
      acquire();
      guarded += 3;
      release();
    }
  }
  return sum;
}

static void run_others(void) {
  u64 number = __atomic_add_fetch(&next_number, 1, __ATOMIC_ACQ_REL);
  for (u32 seen = 0;;) {
    while (__atomic_load_n(&generation, __ATOMIC_ACQUIRE) == seen) {
    }
    seen++;
    results[number][0] = work_of(number);
    add(&arrived, 1);
  }
}

void prepare(void) {
  harts = option("harts", 1);
  if (harts < 1 || harts > MOST_HARTS) {
    panic("harts must be 1 to 16, not", harts);
  }
  for (u64 i = 0; i < harts; i++) {
    cells[i] = allocate(CELLS * sizeof(u32));
  }
  for (u64 i = 1; i < harts; i++) {
    start_hart(i, run_others, stacks[i] + STACK);
  }
  while (__atomic_load_n(&next_number, __ATOMIC_ACQUIRE) != harts - 1) {
  }
}

u64 work(void) {
  shared = guarded = 0;
  arrived = 0;
  __atomic_add_fetch(&generation, 1, __ATOMIC_ACQ_REL);
  u64 sum = work_of(0);
  while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) != harts - 1) {
  }
  for (u64 i = 1; i < harts; i++) {
    sum += results[i][0];
  }
  return mix(mix(sum, __atomic_load_n(&shared, __ATOMIC_RELAXED)), guarded);
}
