/* Bytes: words scanned, compared, folded to lower case, searched, and counted in a hash table. */
#include "runtime.h"

const char kernel_name[] = "strings";

#define TEXT (512 * 1024)
#define PASSES 12
#define BUCKETS 4096
#define WORDS 8192

struct word {
  struct word *next;
  const char *letters;
  u32 length;
  u32 count;
  u32 hash;
};

static char *text, *folded;
static struct word words[WORDS];
static struct word *buckets[BUCKETS];
static u32 words_used;

void prepare(void) {
  u64 seed = 4711;
  text = allocate(TEXT + 1);
  folded = allocate(TEXT + 1);
  u32 at = 0;
  while (at < TEXT - 16) {
    u64 word = random64(&seed) % 3000;
    word = word * (random64(&seed) % 3000) / 3000;
    u64 letters = word * 0x9e3779b97f4a7c15ul;
    u32 length = 2 + (u32)(letters >> 60) % 9;
    for (u32 i = 0; i < length; i++, letters = letters << 7 | letters >> 57) {
      text[at++] = (char)((i == 0 && (random64(&seed) & 7) == 0 ? 'A' : 'a') + letters % 26);
    }
    text[at++] = (random64(&seed) & 15) == 0 ? '\n' : ' ';
  }
  while (at < TEXT) {
    text[at++] = ' ';
  }
  text[at] = 0;
}

static u32 __attribute__((noinline)) length_of(const char *string) {
  const char *end = string;
  while (*end) {
    end++;
  }
  return (u32)(end - string);
}

static int __attribute__((noinline)) compare(const char *a, const char *b, u32 bytes) {
  for (; bytes && *a == *b; bytes--) {
    a++;
    b++;
  }
  return bytes ? (u8)*a - (u8)*b : 0;
}

static void __attribute__((noinline)) fold(char *to, const char *from) {
  char c;
  do {
    c = *from++;
    *to++ = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
  } while (c);
}

static struct word *__attribute__((noinline)) look_up(const char *letters, u32 length) {
  u32 hash = 2166136261u;
  for (u32 i = 0; i < length; i++) {
    hash = (hash ^ (u8)letters[i]) * 16777619u;
  }
  struct word **bucket = &buckets[hash % BUCKETS];
  for (struct word *word = *bucket; word; word = word->next) {
    if (word->hash == hash && word->length == length && !compare(word->letters, letters, length)) {
      return word;
    }
  }
  if (words_used == WORDS) {
    panic("more words than", WORDS);
  }
  struct word *word = &words[words_used++];
  *word = (struct word){*bucket, letters, length, 0, hash};
  *bucket = word;
  return word;
}

static u32 __attribute__((noinline)) occurrences(const char *needle) {
  u32 length = length_of(needle);
  u32 found = 0;
  for (const char *at = folded; *at; at++) {
    if (*at == *needle && !compare(at, needle, length)) {
      found++;
    }
  }
  return found;
}

static u64 __attribute__((noinline)) count_words(void) {
  memset(buckets, 0, sizeof buckets);
  words_used = 0;
  fold(folded, text);
  u64 sum = length_of(folded);
  const char *start = folded;
  for (const char *at = folded;; at++) {
    if (*at == ' ' || *at == '\n' || !*at) {
      if (at > start) {
        look_up(start, (u32)(at - start))->count++;
      }
      start = at + 1;
      if (!*at) {
        break;
      }
    }
  }
  for (u32 i = 0; i < words_used; i++) {
    sum = mix(sum, (u64)words[i].count << 32 | words[i].hash);
  }
  sum = mix(sum, occurrences("ab"));
  sum = mix(sum, occurrences("the"));
  for (u32 i = 1; i < words_used; i++) {
    u32 shorter = words[i].length < words[i - 1].length ? words[i].length : words[i - 1].length;
    sum += compare(words[i].letters, words[i - 1].letters, shorter) < 0;
  }
  return sum;
}

u64 work(void) {
  u64 sum = 0;
  for (int i = 0; i < PASSES; i++) {
    sum = mix(sum, count_words());
  }
  return sum;
}
