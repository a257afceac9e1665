/* What every kernel has: numbers, time, memory, pages, harts. */
#ifndef RUNTIME_H
#define RUNTIME_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef signed char i8;
typedef short i16;
typedef int i32;
typedef long i64;

/* Defined by the kernel. */
extern const char kernel_name[];
void prepare(void);
u64 work(void);

/* A saved register file, as start.S lays it out. */
struct frame {
  u64 x[32];
  u64 sstatus, sepc, scause, stval;
};
extern void (*trap_handler)(struct frame *);
u64 enter_user(void *entry, u64 argument, void *stack);
void leave_user(u64 value) __attribute__((noreturn));

#define CSR_READ(name) ({ u64 v_; __asm__ volatile("csrr %0, " #name : "=r"(v_)); v_; })
#define CSR_WRITE(name, value) __asm__ volatile("csrw " #name ", %0" : : "r"((u64)(value)) : "memory")
#define CSR_SET(name, value) __asm__ volatile("csrs " #name ", %0" : : "r"((u64)(value)) : "memory")
#define CSR_CLEAR(name, value) __asm__ volatile("csrc " #name ", %0" : : "r"((u64)(value)) : "memory")

static inline u64 rdtime(void) { return CSR_READ(time); }
static inline void sfence_all(void) { __asm__ volatile("sfence.vma" : : : "memory"); }
static inline void sfence_page(u64 address) {
  __asm__ volatile("sfence.vma %0" : : "r"(address) : "memory");
}

/* Numbers that look random, the same on every machine (xorshift, G. Marsaglia 2003). */
static inline u64 random64(u64 *state) {
  u64 x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

static inline u64 mix(u64 hash, u64 value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15ul;
  return hash ^ hash >> 29;
}

static inline u64 bits_of(double value) {
  union { double d; u64 u; } both = {value};
  return both.u;
}

/* Memory of the arena, from the start of a page; never given back. */
void *allocate(u64 bytes);

/* Physical pages nobody uses, mapped nowhere. */
u64 spare_page(u64 number);
#define SPARE_PAGES 4096ul

enum { PTE_V = 1, PTE_R = 2, PTE_W = 4, PTE_X = 8, PTE_U = 16, PTE_A = 64, PTE_D = 128 };
#define PTE_DATA (PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)
#define PTE_CODE (PTE_V | PTE_R | PTE_X | PTE_A)
#define PAGE 4096ul

/* The entry of the last level for an address; makes the levels above. */
u64 *page_entry(u64 address);
static inline u64 pte(u64 physical, u64 flags) { return physical >> 12 << 10 | flags; }

/* An option of the command line such as harts=2. */
u64 option(const char *name, u64 otherwise);

/* Starts a hart that is not this one at a function that does not return; the n-th of them. */
void start_hart(u64 n, void (*function)(void), void *stack_end);

void panic(const char *why, u64 value) __attribute__((noreturn));

void *memcpy(void *to, const void *from, u64 bytes);
void *memset(void *to, int value, u64 bytes);
int memcmp(const void *a, const void *b, u64 bytes);

#endif
