/* Page tables that change all the time: pages mapped when they are touched, protected and written,
   moved, unmapped one by one and all at once, and switches between address spaces. */
#include "runtime.h"

const char kernel_name[] = "pages";

#define REGION 0x3000000000ul
#define PAGES 2048ul
#define PASSES 8
#define SPACES 4
#define SWITCHES 400
#define OWN 0x3d00000000ul

enum { LOAD_FAULT = 13, STORE_FAULT = 15 };

static u64 faults;
static u64 spaces[SPACES];

static volatile u64 *page(u64 number) { return (volatile u64 *)(REGION + number * PAGE); }

static void handle(struct frame *frame) {
  u64 address = frame->stval & -PAGE;
  u64 number = (address - REGION) / PAGE;
  if ((frame->scause != LOAD_FAULT && frame->scause != STORE_FAULT) || number >= PAGES) {
    panic("trap, scause", frame->scause);
  }
  u64 *entry = page_entry(address);
  if (!*entry) {
    u64 flags = frame->scause == LOAD_FAULT ? PTE_V | PTE_R | PTE_A : PTE_DATA;
    *entry = pte(spare_page(number), flags);
  } else {
    *entry |= PTE_W | PTE_D;
  }
  sfence_page(address);
  faults++;
}

/* Makes a page of RAM visible at a place of its own. */
static u64 *show(u64 physical) {
  u64 window = REGION + PAGES * PAGE;
  *page_entry(window) = pte(physical, PTE_DATA);
  sfence_page(window);
  return (u64 *)window;
}

/* An address space that shares everything with the first but a page at OWN. */
static u64 make_space(u64 number) {
  u64 root = spare_page(PAGES + number * 4), middle = spare_page(PAGES + number * 4 + 1);
  u64 last = spare_page(PAGES + number * 4 + 2), data = spare_page(PAGES + number * 4 + 3);
  const u64 *first = (const u64 *)(CSR_READ(satp) << 20 >> 8);
  u64 *table = show(root);
  memcpy(table, first, PAGE);
  table[OWN >> 30] = pte(middle, PTE_V);
  table = show(middle);
  memset(table, 0, PAGE);
  table[0] = pte(last, PTE_V);
  table = show(last);
  memset(table, 0, PAGE);
  table[0] = pte(data, PTE_DATA);
  *show(data) = number + 1;
  return 8ul << 60 | (number + 1) << 44 | root >> 12;
}

void prepare(void) {
  trap_handler = handle;
  for (u64 i = 0; i < PAGES; i++) {
    *page_entry(REGION + i * PAGE) = 0;
  }
  for (u64 number = 0; number < SPACES; number++) {
    spaces[number] = make_space(number);
  }
}

static void __attribute__((noinline)) touch_and_write(void) {
  for (u64 i = 0; i < PAGES; i++) {
    if (i & 1) {
      (void)*page(i);
    }
    *page(i) = i * 3;
  }
}

static u64 __attribute__((noinline)) protect_and_write(void) {
  u64 sum = 0;
  for (u64 i = 0; i < PAGES; i += 2) {
    *page_entry(REGION + i * PAGE) &= ~(u64)PTE_W;
    sfence_page(REGION + i * PAGE);
    *page(i) += 1;
  }
  for (u64 i = 0; i < PAGES; i++) {
    sum = mix(sum, *page(i));
  }
  return sum;
}

static u64 __attribute__((noinline)) move(u64 by) {
  u64 sum = 0;
  for (u64 i = 0; i < PAGES; i++) {
    *page_entry(REGION + i * PAGE) = pte(spare_page((i + by) % PAGES), PTE_DATA);
    if ((i & 255) == 255) {
      sfence_all();
      for (u64 j = i - 255; j <= i; j += 5) {
        sum = mix(sum, *page(j));
      }
    }
  }
  return sum;
}

static void __attribute__((noinline)) unmap_all(void) {
  for (u64 i = 0; i < PAGES; i++) {
    *page_entry(REGION + i * PAGE) = 0;
    if (i & 1) {
      sfence_page(REGION + i * PAGE);
    }
  }
  sfence_all();
}

static u64 __attribute__((noinline)) switch_spaces(void) {
  u64 home = CSR_READ(satp), sum = 0;
  for (u64 i = 0; i < SWITCHES; i++) {
    CSR_WRITE(satp, spaces[i % SPACES]);
    sum = mix(sum, *(volatile u64 *)OWN);
  }
  CSR_WRITE(satp, home);
  return sum;
}

u64 work(void) {
  u64 sum = 0;
  faults = 0;
  for (u64 pass = 0; pass < PASSES; pass++) {
    touch_and_write();
    sum = mix(sum, protect_and_write());
    sum = mix(sum, move(pass * 11 + 1));
    unmap_all();
    sum = mix(sum, switch_spaces());
  }
  return mix(sum, faults);
}
