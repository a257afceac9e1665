/* Lists, matrices, a state machine and a CRC over small data: what CoreMark measures. */
#include "runtime.h"

const char kernel_name[] = "coremark";

#define ITEMS 320
#define ORDER 22
#define TEXT 666
#define ROUNDS 450

struct item {
  struct item *next;
  i16 key;
  i16 value;
};

static struct item items[ITEMS];
static i16 left[ORDER * ORDER], right[ORDER * ORDER];
static i32 product[ORDER * ORDER];
static char original[TEXT + 1], text[TEXT + 1];

static u16 crc(u64 value, int bytes, u16 sum) {
  for (int i = 0; i < bytes * 8; i++, value >>= 1) {
    u16 carry = (u16)((value ^ sum) & 1);
    sum >>= 1;
    if (carry) {
      sum ^= 0xa001;
    }
  }
  return sum;
}

static void __attribute__((noinline)) fill_text(u64 seed) {
  static const char *const words[] = {"5012", "1234", "-874", "+122", "35.54400", ".1234500",
      "-110.700", "+0.64400", "5.500e+3", "-.123e-2", "-87e+832", "+0.6e-12", "T0.3e-1F",
      "-T.T++Tq", "1T3.4e4z", "34.0e-T^"};
  int at = 0;
  while (at < TEXT - 10) {
    for (const char *word = words[random64(&seed) >> 20 & 15]; *word; word++) {
      original[at++] = *word;
    }
    original[at++] = ',';
  }
  original[at] = 0;
}

void prepare(void) {
  u64 seed = 0x3415;
  for (int i = 0; i < ORDER * ORDER; i++) {
    left[i] = (i16)(random64(&seed) & 0xff);
    right[i] = (i16)(random64(&seed) & 0xff);
  }
  fill_text(seed);
}

static struct item *__attribute__((noinline)) make_list(u64 seed) {
  for (int i = 0; i < ITEMS; i++) {
    items[i].next = i + 1 < ITEMS ? &items[(i * 7 + 7) % ITEMS] : 0;
    items[i].key = (i16)(random64(&seed) >> 13);
    items[i].value = (i16)i;
  }
  /* Visit every item once, out of order. */
  for (int i = 0; i < ITEMS; i++) {
    int from = i * 7 % ITEMS;
    items[from].next = i + 1 < ITEMS ? &items[(i + 1) * 7 % ITEMS] : 0;
  }
  return &items[0];
}

static struct item *__attribute__((noinline)) find(struct item *list, i16 value) {
  while (list && list->value != value) {
    list = list->next;
  }
  return list;
}

static struct item *__attribute__((noinline)) reverse(struct item *list) {
  struct item *reversed = 0;
  while (list) {
    struct item *next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  return reversed;
}

typedef int compare(const struct item *, const struct item *);
static int by_key(const struct item *a, const struct item *b) { return a->key - b->key; }
static int by_value(const struct item *a, const struct item *b) { return a->value - b->value; }

static struct item *__attribute__((noinline)) merge_sort(struct item *list, compare *order) {
  for (int run = 1;; run *= 2) {
    struct item *rest = list;
    struct item **tail = &list;
    int merges = 0;
    while (rest) {
      struct item *a = rest;
      int a_items = 0;
      merges++;
      while (rest && a_items < run) {
        rest = rest->next;
        a_items++;
      }
      struct item *b = rest;
      int b_items = run;
      while (a_items > 0 || (b_items > 0 && b)) {
        struct item *smaller;
        if (a_items && (!b_items || !b || order(a, b) <= 0)) {
          smaller = a;
          a = a->next;
          a_items--;
        } else {
          smaller = b;
          b = b->next;
          b_items--;
        }
        *tail = smaller;
        tail = &smaller->next;
      }
      rest = b;
    }
    *tail = 0;
    if (merges <= 1) {
      return list;
    }
  }
}

static u16 __attribute__((noinline)) lists(u64 seed, u16 sum) {
  struct item *list = make_list(seed);
  for (int i = 0; i < 40; i++) {
    struct item *found = find(list, (i16)(i * 37 % ITEMS));
    list = reverse(list);
    sum = crc((u16)(found ? found->key : -1), 2, sum);
  }
  list = merge_sort(list, by_key);
  for (struct item *at = list; at; at = at->next) {
    sum = crc((u16)at->key, 2, sum);
  }
  list = merge_sort(list, by_value);
  for (struct item *at = list; at; at = at->next) {
    sum = (u16)(sum + at->value * 3);
  }
  return sum;
}

static void __attribute__((noinline)) add_constant(i16 *matrix, i16 constant) {
  for (int i = 0; i < ORDER * ORDER; i++) {
    matrix[i] = (i16)(matrix[i] + constant);
  }
}

static void __attribute__((noinline)) multiply(int bits) {
  for (int i = 0; i < ORDER; i++) {
    for (int j = 0; j < ORDER; j++) {
      i32 sum = 0;
      for (int k = 0; k < ORDER; k++) {
        i32 term = left[i * ORDER + k] * right[k * ORDER + j];
        sum += bits ? (term >> 2 & 15) * (term >> 5 & 127) : term;
      }
      product[i * ORDER + j] = sum;
    }
  }
}

static u16 __attribute__((noinline)) matrices(i16 constant, u16 sum) {
  add_constant(left, constant);
  for (int bits = 0; bits < 2; bits++) {
    multiply(bits);
    i32 total = 0, before = 0;
    for (int i = 0; i < ORDER * ORDER; i++) {
      total += product[i] > before ? 10 : 1;
      before = product[i];
    }
    sum = crc((u32)total, 4, sum);
  }
  add_constant(left, (i16)-constant);
  return sum;
}

enum state { START, INVALID, SIGN, INTEGER, FLOAT, EXPONENT, EXPONENT_SIGN, SCIENTIFIC, STATES };

static enum state __attribute__((noinline)) next_number(const char **at, u32 *seen) {
  enum state state = START;
  const char *c = *at;
  for (; *c && state != INVALID; c++) {
    char now = *c;
    if (now == ',') {
      c++;
      break;
    }
    int digit = now >= '0' && now <= '9';
    switch (state) {
      case START:
        state = digit ? INTEGER : now == '+' || now == '-' ? SIGN : now == '.' ? FLOAT : INVALID;
        break;
      case SIGN:
        state = digit ? INTEGER : now == '.' ? FLOAT : INVALID;
        break;
      case INTEGER:
        state = digit ? INTEGER : now == '.' ? FLOAT : INVALID;
        break;
      case FLOAT:
        state = digit ? FLOAT : now == 'e' || now == 'E' ? EXPONENT : INVALID;
        break;
      case EXPONENT:
        state = now == '+' || now == '-' ? EXPONENT_SIGN : INVALID;
        break;
      case EXPONENT_SIGN:
      case SCIENTIFIC:
        state = digit ? SCIENTIFIC : INVALID;
        break;
      default:
        break;
    }
    seen[state]++;
  }
  while (state == INVALID && *c && c[-1] != ',') {
    c++;
  }
  *at = c;
  return state;
}

static u16 __attribute__((noinline)) states(char flip, u16 sum) {
  u32 seen[STATES] = {0}, ended[STATES] = {0};
  memcpy(text, original, sizeof text);
  for (int pass = 0; pass < 2; pass++) {
    for (const char *at = text; *at;) {
      ended[next_number(&at, seen)]++;
    }
    for (int i = 0; i < TEXT && text[i]; i += 17) {
      if (text[i] != ',') {
        text[i] ^= flip;
      }
    }
  }
  for (int i = 0; i < STATES; i++) {
    sum = crc(seen[i], 4, sum);
    sum = crc(ended[i], 4, sum);
  }
  return sum;
}

u64 work(void) {
  u16 sum = 0;
  for (int i = 0; i < ROUNDS; i++) {
    sum = lists((u64)i * 31 + 1, sum);
    sum = matrices((i16)(i & 15), sum);
    sum = states((char)(1 + (i & 3)), sum);
  }
  return sum;
}
