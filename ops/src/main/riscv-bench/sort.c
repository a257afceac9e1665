/* A million 64 bit numbers: copied, sorted in place by quicksort, looked up and summed. */
#include "runtime.h"

const char kernel_name[] = "sort";

#define NUMBERS 1000000l

static i64 *original, *sorted;

void prepare(void) {
  u64 seed = 88172645463325252ul;
  original = allocate(NUMBERS * sizeof(i64));
  sorted = allocate(NUMBERS * sizeof(i64));
  for (i64 i = 0; i < NUMBERS; i++) {
    original[i] = (i64)random64(&seed);
  }
}

static void insertion_sort(i64 *numbers, i64 count) {
  for (i64 i = 1; i < count; i++) {
    i64 number = numbers[i];
    i64 at = i;
    for (; at > 0 && numbers[at - 1] > number; at--) {
      numbers[at] = numbers[at - 1];
    }
    numbers[at] = number;
  }
}

static void __attribute__((noinline)) quicksort(i64 *numbers, i64 count) {
  while (count > 16) {
    i64 a = numbers[0], b = numbers[count / 2], c = numbers[count - 1];
    i64 pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
    i64 low = 0, high = count - 1;
    for (;;) {
      while (numbers[low] < pivot) {
        low++;
      }
      while (numbers[high] > pivot) {
        high--;
      }
      if (low >= high) {
        break;
      }
      i64 other = numbers[low];
      numbers[low++] = numbers[high];
      numbers[high--] = other;
    }
    if (high + 1 < count - high - 1) {
      quicksort(numbers, high + 1);
      numbers += high + 1;
      count -= high + 1;
    } else {
      quicksort(numbers + high + 1, count - high - 1);
      count = high + 1;
    }
  }
  insertion_sort(numbers, count);
}

static i64 __attribute__((noinline)) position(i64 number) {
  i64 low = 0, high = NUMBERS;
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (sorted[middle] < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

u64 work(void) {
  memcpy(sorted, original, NUMBERS * sizeof(i64));
  quicksort(sorted, NUMBERS);
  u64 sum = 0;
  for (i64 i = 0; i < NUMBERS; i += 37) {
    sum = mix(sum, (u64)position(original[i]));
  }
  for (i64 i = 0; i < NUMBERS; i++) {
    sum += (u64)sorted[i] * (u64)i;
  }
  return sum;
}
