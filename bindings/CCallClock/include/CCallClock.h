/*
** The time that calls are measured by. Reading the system's clock costs as much as
** a short call into Lua; where the processor counts at a steady rate, and Linux
** itself goes by that, its counter is read in place of it, at less than half.
*/
#ifndef PERILUNE_CALL_CLOCK_H
#define PERILUNE_CALL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__linux__) && defined(__x86_64__)
#define PLU_HAS_COUNTER 1
#include <stdatomic.h>

/* How counts become nanoseconds; the scale is 0 until that is known, and in 2^32nds of a nanosecond. */
typedef struct plu_counter {
  int64_t count, nanoseconds; /* at the same moment */
  _Atomic int64_t scale;
} plu_counter;

extern plu_counter plu_call_counter;
#endif

int64_t plu_system_clock(void);
int64_t plu_lasting_clock(void);
bool plu_counts_calls(void);

/*
** Nanoseconds since some moment. A later reading is no smaller, but for 100 or less where the counter takes over, and
** for any amount where the machine slept in between: good for durations, and for nothing that is waited for.
*/
static inline int64_t plu_call_clock(void) {
#ifdef PLU_HAS_COUNTER
  int64_t scale = atomic_load_explicit(&plu_call_counter.scale, memory_order_acquire);
  if (__builtin_expect(scale != 0, 1)) {
    int64_t passed = (int64_t)__builtin_ia32_rdtsc() - plu_call_counter.count;
    return plu_call_counter.nanoseconds + (int64_t)(((__int128)passed * scale) >> 32);
  }
#endif
  return plu_system_clock();
}

#endif
