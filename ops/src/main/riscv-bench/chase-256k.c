/* Pointers followed through 256KiB in random order: loads that wait for each other. */
#include "runtime.h"

const char kernel_name[] = "chase-256k";

#define NODES 32768ul
#define STEPS 40000000ul

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
