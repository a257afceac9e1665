/* Pointers followed through 16MiB in random order: loads that wait for each other. */
#include "runtime.h"

const char kernel_name[] = "chase-16m";

#define NODES 2097152ul
#define STEPS 1600000ul

static void **nodes;

void prepare(void) {
  u64 seed = 0x2545f4914f6cdd1dul;
  nodes = allocate(NODES * sizeof(void *));
  /* One cycle through all (S. Sattolo 1986). */
  for (u64 i = 0; i < NODES; i++) {
    nodes[i] = (void *)i;
  }
  for (u64 i = NODES - 1; i > 0; i--) {
    u64 other = random64(&seed) % i;
    void *kept = nodes[i];
    nodes[i] = nodes[other];
    nodes[other] = kept;
  }
  for (u64 i = 0; i < NODES; i++) {
    nodes[i] = &nodes[(u64)nodes[i]];
  }
}

u64 work(void) {
  void **at = &nodes[0];
  for (u64 i = 0; i < STEPS / 8; i++) {
    at = *at;
    at = *at;
    at = *at;
    at = *at;
    at = *at;
    at = *at;
    at = *at;
    at = *at;
  }
  return (u64)((char *)at - (char *)nodes);
}
