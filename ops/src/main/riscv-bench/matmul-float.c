/* Matrices of type float multiplied: the plain triple loop, and one in blocks. */
#include "runtime.h"

const char kernel_name[] = "matmul-float";

#define ORDER 176
#define BLOCK 16

typedef float number;

static number (*a)[ORDER], (*b)[ORDER], (*c)[ORDER];

void prepare(void) {
  u64 seed = 17;
  a = allocate(ORDER * ORDER * sizeof(number));
  b = allocate(ORDER * ORDER * sizeof(number));
  c = allocate(ORDER * ORDER * sizeof(number));
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      a[i][j] = (number)((i64)(random64(&seed) >> 40) - (1 << 23)) / (number)700001;
      b[i][j] = (number)((i64)(random64(&seed) >> 40) - (1 << 23)) / (number)900001;
    }
  }
}

static void __attribute__((noinline)) plain(void) {
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      number sum = 0;
      for (int k = 0; k < ORDER; k++) {
        sum += a[i][k] * b[k][j];
      }
      c[i][j] = sum;
    }
  }
}

static void __attribute__((noinline)) blocked(void) {
  for (int i = 0; i < ORDER; i++) {
    for (int kk = 0; kk < ORDER; kk += BLOCK) {
      for (int k = kk; k < kk + BLOCK; k++) {
        number factor = a[i][k];
        for (int j = 0; j < ORDER; j++) {
          c[i][j] += factor * b[k][j];
        }
      }
    }
  }
}

u64 work(void) {
  plain();
  number sum = 0;
  for (int i = 0; i < ORDER; i++) {
    sum += c[i][(i * 7) % ORDER];
  }
  u64 checksum = bits_of((double)sum);
  blocked();
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      sum += c[i][j] < 0 ? -c[i][j] : c[i][j];
    }
  }
  return mix(mix(0, checksum), bits_of((double)sum));
}
