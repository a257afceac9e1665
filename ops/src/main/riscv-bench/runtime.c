#include "runtime.h"

#define UART 0x10000000ul
#define ARENA 0x2000000000ul
#define ARENA_PHYSICAL 0x84000000ul
#define ARENA_PAGES 16384ul
#define SPARE_PHYSICAL 0x88000000ul
#define TABLES 160

extern char text_end[], user_start[], user_end[], data_start[], image_end[], start_further[];

static u64 tables[TABLES][512] __attribute__((aligned(4096)));
static u64 tables_used;
static u64 arena_used;
static u64 first_hart;
static char command_line[256];

static void unexpected(struct frame *frame) {
  (void)frame;
  panic("trap, scause", CSR_READ(scause));
}

void (*trap_handler)(struct frame *) = unexpected;

/* Console, by the UART's registers. */

static void put(char c) {
  volatile u8 *uart = (volatile u8 *)UART;
  while (!(uart[5] & 0x20)) {
  }
  uart[0] = (u8)c;
}

static void say(const char *text) {
  while (*text) {
    put(*text++);
  }
}

static void say_number(u64 value, u64 base) {
  char digits[24];
  int n = 0;
  do {
    digits[n++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value);
  while (n) {
    put(digits[--n]);
  }
}

/* SBI. */

static u64 sbi(u64 extension, u64 function, u64 x, u64 y, u64 z) {
  register u64 a0 __asm__("a0") = x;
  register u64 a1 __asm__("a1") = y;
  register u64 a2 __asm__("a2") = z;
  register u64 a6 __asm__("a6") = function;
  register u64 a7 __asm__("a7") = extension;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
  return a0;
}

static void power_off(void) {
  sbi(0x53525354, 0, 0, 0, 0);
  for (;;) {
    __asm__ volatile("wfi");
  }
}

void panic(const char *why, u64 value) {
  say("panic: ");
  say(why);
  say(" 0x");
  say_number(value, 16);
  say(", sepc 0x");
  say_number(CSR_READ(sepc), 16);
  say(", stval 0x");
  say_number(CSR_READ(stval), 16);
  say("\n");
  power_off();
  for (;;) {
  }
}

/* The command line: /chosen's bootargs in the flattened device tree. */

static u32 big_endian(const u8 *at) {
  return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
}

static int equal(const char *a, const char *b) {
  while (*a && *a == *b) {
    a++;
    b++;
  }
  return *a == *b;
}

static void read_command_line(const u8 *tree) {
  const u8 *at = tree + big_endian(tree + 8);
  const char *names = (const char *)tree + big_endian(tree + 12);
  for (;;) {
    u32 token = big_endian(at);
    at += 4;
    if (token == 1) {
      while (*at++) {
      }
      at = (const u8 *)(((u64)at + 3) & ~3ul);
    } else if (token == 3) {
      u32 bytes = big_endian(at);
      if (equal(names + big_endian(at + 4), "bootargs")) {
        u32 n = bytes < sizeof command_line ? bytes : sizeof command_line - 1;
        memcpy(command_line, at + 8, n);
        return;
      }
      at += 8 + ((bytes + 3) & ~3u);
    } else if (token == 9) {
      return;
    }
  }
}

u64 option(const char *name, u64 otherwise) {
  const char *at = command_line;
  while (*at) {
    const char *n = name;
    while (*n && *n == *at) {
      n++;
      at++;
    }
    if (!*n && *at == '=') {
      u64 value = 0;
      for (at++; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (u64)(*at - '0');
      }
      return value;
    }
    while (*at && *at != ' ') {
      at++;
    }
    while (*at == ' ') {
      at++;
    }
  }
  return otherwise;
}

/* Pages. */

static u64 *new_table(void) {
  if (tables_used == TABLES) {
    panic("no page table is left, of", TABLES);
  }
  return tables[tables_used++];
}

u64 *page_entry(u64 address) {
  u64 *table = tables[0];
  for (int level = 2; level > 0; level--) {
    u64 *entry = &table[address >> (12 + 9 * level) & 511];
    if (!*entry) {
      *entry = pte((u64)new_table(), PTE_V);
    }
    table = (u64 *)(*entry >> 10 << 12);
  }
  return &table[address >> 12 & 511];
}

static void map(u64 from, u64 to, u64 physical, u64 flags) {
  for (; from < to; from += PAGE, physical += PAGE) {
    *page_entry(from) = pte(physical, flags);
  }
}

static u64 satp(void) { return 8ul << 60 | (u64)tables[0] >> 12; }

static void turn_on_paging(void) {
  new_table();
  map(0x80200000ul, (u64)text_end, 0x80200000ul, PTE_CODE);
  map((u64)user_start, (u64)user_end, (u64)user_start, PTE_CODE | PTE_DATA | PTE_U);
  map((u64)text_end, (u64)data_start, (u64)text_end, PTE_V | PTE_R | PTE_A);
  map((u64)data_start, (u64)image_end, (u64)data_start, PTE_DATA);
  map(UART, UART + PAGE, UART, PTE_DATA);
  for (u64 i = 0; i < ARENA_PAGES; i++) {
    u64 scattered = (i * 7919 + 13) % ARENA_PAGES;
    *page_entry(ARENA + i * PAGE) = pte(ARENA_PHYSICAL + scattered * PAGE, PTE_DATA);
  }
  CSR_WRITE(satp, satp());
  sfence_all();
}

void *allocate(u64 bytes) {
  u64 at = arena_used;
  arena_used = (at + bytes + PAGE - 1) & -PAGE;
  if (arena_used > ARENA_PAGES * PAGE) {
    panic("the arena is used up by", bytes);
  }
  return (void *)(ARENA + at);
}

u64 spare_page(u64 number) { return SPARE_PHYSICAL + (number * 1237 + 5) % SPARE_PAGES * PAGE; }

/* Harts. */

void start_hart(u64 n, void (*function)(void), void *stack_end) {
  u64 *stack = (u64 *)((u64)stack_end - 16);
  u64 hart = n <= first_hart ? n - 1 : n;
  stack[0] = satp();
  stack[1] = (u64)function;
  u64 error = sbi(0x48534d, 0, hart, (u64)start_further, (u64)stack);
  if (error) {
    panic("hart_start answered", error);
  }
}

/* Memory, as a C library has it. */

typedef u64 __attribute__((may_alias)) word;

void *memcpy(void *to, const void *from, u64 bytes) {
  u8 *t = to;
  const u8 *f = from;
  if ((((u64)t ^ (u64)f) & 7) == 0) {
    while (bytes && ((u64)t & 7)) {
      *t++ = *f++;
      bytes--;
    }
    word *tw = (word *)t;
    const word *fw = (const word *)f;
    for (; bytes >= 64; bytes -= 64, tw += 8, fw += 8) {
      u64 a = fw[0], b = fw[1], c = fw[2], d = fw[3];
      u64 e = fw[4], g = fw[5], h = fw[6], i = fw[7];
      tw[0] = a;
      tw[1] = b;
      tw[2] = c;
      tw[3] = d;
      tw[4] = e;
      tw[5] = g;
      tw[6] = h;
      tw[7] = i;
    }
    for (; bytes >= 8; bytes -= 8) {
      *tw++ = *fw++;
    }
    t = (u8 *)tw;
    f = (const u8 *)fw;
  }
  while (bytes--) {
    *t++ = *f++;
  }
  return to;
}

void *memset(void *to, int value, u64 bytes) {
  u8 *t = to;
  u64 pattern = (u64)(u8)value * 0x0101010101010101ul;
  while (bytes && ((u64)t & 7)) {
    *t++ = (u8)value;
    bytes--;
  }
  word *tw = (word *)t;
  for (; bytes >= 32; bytes -= 32, tw += 4) {
    tw[0] = pattern;
    tw[1] = pattern;
    tw[2] = pattern;
    tw[3] = pattern;
  }
  for (; bytes >= 8; bytes -= 8) {
    *tw++ = pattern;
  }
  t = (u8 *)tw;
  while (bytes--) {
    *t++ = (u8)value;
  }
  return to;
}

int memcmp(const void *a, const void *b, u64 bytes) {
  const u8 *x = a;
  const u8 *y = b;
  for (; bytes; bytes--, x++, y++) {
    if (*x != *y) {
      return *x - *y;
    }
  }
  return 0;
}

void start_first(u64 hart, const u8 *tree) {
  first_hart = hart;
  read_command_line(tree);
  turn_on_paging();
  say("kernel ");
  say(kernel_name);
  say("\n");
  prepare();
  u64 rounds = option("rounds", 12);
  for (u64 i = 0; i < rounds; i++) {
    u64 instructions = CSR_READ(instret);
    u64 start = rdtime();
    u64 checksum = work();
    u64 ticks = rdtime() - start;
    instructions = CSR_READ(instret) - instructions;
    say("round ");
    say_number(i, 10);
    put(' ');
    say_number(ticks, 10);
    put(' ');
    say_number(checksum, 16);
    put(' ');
    say_number(instructions, 10);
    say("\n");
  }
  say("done\n");
  power_off();
}
