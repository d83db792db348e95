/* See CCallClock.h. */
#include "CCallClock.h"

#include <time.h>

static int64_t read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#ifdef __APPLE__
static int64_t monotonic(void) { return (int64_t)clock_gettime_nsec_np(CLOCK_UPTIME_RAW); }
#else
static int64_t monotonic(void) { return read_clock(CLOCK_MONOTONIC); }
#endif

/* Nanoseconds since some moment, the machine's sleep included; never goes back: for what is waited for. */
int64_t plu_lasting_clock(void) {
#ifdef __APPLE__
  return read_clock(CLOCK_MONOTONIC);
#else
  return read_clock(CLOCK_BOOTTIME);
#endif
}

#ifdef PLU_HAS_COUNTER

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
  /* How long the counter is watched before it is believed, in nanoseconds: two readings that are 100 off make two millionths then. */
  PLU_WATCHED = 100000000,
  /* Two readings of the clock that are further apart were interrupted. */
  PLU_INTERRUPTED = 200
};

plu_counter plu_call_counter;

typedef struct reading {
  int64_t count, nanoseconds;
} reading;

/* False when something came in between. */
static bool read_both(reading *now) {
  int64_t before = monotonic();
  now->count = (int64_t)__builtin_ia32_rdtsc();
  int64_t after = monotonic();
  now->nanoseconds = before + (after - before) / 2;
  return after - before < PLU_INTERRUPTED;
}

/* Whether the system goes by the counter, which is then steady and the same on all processors. */
static bool is_trusted(void) {
  char name[8] = "";
  int file = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool is_read = read(file, name, sizeof name - 1) > 0;
  close(file);
  return is_read && strcmp(name, "tsc\n") == 0;
}

/* Takes a second reading once the first one is old enough. One thread at a time, and no other waits for it. */
static void learn_scale(int64_t time) {
  static atomic_flag is_taken = ATOMIC_FLAG_INIT;
  static _Atomic int64_t due; /* 0 at first, then when to look again */
  static reading first;
  int64_t at = atomic_load_explicit(&due, memory_order_relaxed);
  if (time < at || atomic_flag_test_and_set_explicit(&is_taken, memory_order_acquire)) return;
  at = atomic_load_explicit(&due, memory_order_relaxed); /* another one may have been here since */
  reading now;
  if (time < at) {
    /* nothing is to be done yet, or any more */
  } else if (at == 0 && !is_trusted()) {
    atomic_store_explicit(&due, INT64_MAX, memory_order_relaxed);
  } else if (read_both(&now)) {
    if (first.count == 0) {
      first = now;
      atomic_store_explicit(&due, now.nanoseconds + PLU_WATCHED, memory_order_relaxed);
    } else if (now.count > first.count && now.nanoseconds >= first.nanoseconds + PLU_WATCHED) {
      plu_call_counter.count = now.count;
      plu_call_counter.nanoseconds = now.nanoseconds;
      int64_t scale = (int64_t)(((__int128)(now.nanoseconds - first.nanoseconds) << 32) / (now.count - first.count));
      atomic_store_explicit(&plu_call_counter.scale, scale, memory_order_release);
      atomic_store_explicit(&due, INT64_MAX, memory_order_relaxed);
    }
  }
  atomic_flag_clear_explicit(&is_taken, memory_order_release);
}

/* Whether calls are measured by the counter. */
bool plu_counts_calls(void) { return atomic_load_explicit(&plu_call_counter.scale, memory_order_relaxed) != 0; }

#else

bool plu_counts_calls(void) { return false; }

#endif

/* The system's own clock. */
int64_t plu_system_clock(void) {
  int64_t time = monotonic();
#ifdef PLU_HAS_COUNTER
  learn_scale(time);
#endif
  return time;
}
