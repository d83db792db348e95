/* A thread's record, as its owner writes it at each call: see watchdog.c. */
#ifndef PERILUNE_WATCHDOG_H
#define PERILUNE_WATCHDOG_H

#include "state.h"

#include <pthread.h>
#include <stdatomic.h>

#ifdef __APPLE__
#include <mach/mach.h>
#endif

/* Plugins that call each other on one thread. */
enum { PLU_FRAMES = 16 };

/* Where a thread is; in the host as well when it calls nothing. */
enum { PLU_IN_HOST = 0, PLU_IN_PLUGIN = 1 };

/* A request to stop names the call that it is for: number, then what is asked. */
enum { PLU_REQUEST_BITS = 4, PLU_REASONS = 7, PLU_LEAVE = 8 };

/* One call on a thread. */
typedef struct plu_frame {
  _Atomic(uint64_t) number; /* of the call, new for each */
  _Atomic(int64_t) cpu, wall; /* how much it may spend; 0 is no limit */
  _Atomic(int64_t) deadline;  /* of a call that goes on after a wait, in place of wall; INT64_MAX is none */
  _Atomic(uint64_t) request;
  _Atomic(uint64_t) question; /* the number of the call whose host is to be asked whether it is still wanted */
  _Atomic(plu_state *) state;
  _Atomic(uint64_t) identity; /* of the state */
  uint64_t terms; /* the owner's: of the calls whose state and budget stand here; 0 is of none */
  /* written by the watchdog: the number of the call that it has seen, and both clocks when it first saw it */
  _Atomic(uint64_t) seen;
  _Atomic(int64_t) cpu_start, wall_start;
  _Atomic(uint32_t) ticks; /* that met any call here */
} plu_frame;

/* What the watchdog knows of a call. */
typedef struct plu_sight {
  uint64_t number;
  int64_t cpu_check; /* when CPU time can be used up at the earliest */
  int64_t stopped_at; /* CPU time; -1 until it was asked to stop */
  int64_t next_question; /* when the host is asked next */
} plu_sight;

typedef struct plu_thread {
  _Atomic(int32_t) place;
  _Atomic(int32_t) depth;
  _Atomic(int32_t) signalled; /* by the watchdog, not handled yet */
  uint64_t last;
  plu_frame frames[PLU_FRAMES];
  plu_sight sights[PLU_FRAMES];
  pthread_t thread;
#ifdef __APPLE__
  mach_port_t port;
#else
  clockid_t clock;
#endif
  struct plu_thread *next, *previous;
} plu_thread;

extern _Thread_local plu_thread *plu_here __attribute__((tls_model("initial-exec")));
extern _Atomic(bool) plu_watchdog_sleeps;

plu_thread *plu_add_thread(void);
void plu_wake_watchdog(void);
void plu_await_signal(plu_thread *T);
int64_t plu_cpu_left(const plu_thread *T, const plu_frame *F, uint32_t ticks);
int64_t plu_deadline(const plu_frame *F);

static inline void plu_set_place(plu_thread *T, int32_t place) {
  atomic_signal_fence(memory_order_seq_cst);
  atomic_store_explicit(&T->place, place, memory_order_relaxed);
  atomic_signal_fence(memory_order_seq_cst);
}

/* Waits for a signal that is on its way; none comes once the thread is in the host. */
static inline void plu_clear_signal(plu_thread *T) {
  atomic_signal_fence(memory_order_seq_cst);
  if (atomic_load_explicit(&T->signalled, memory_order_relaxed) != 0) plu_await_signal(T);
}

static inline plu_frame *plu_innermost(plu_thread *T) {
  return &T->frames[atomic_load_explicit(&T->depth, memory_order_relaxed) - 1];
}

/* The call in the frame goes on, or begins, as a new one: with a budget of its own and no request against it. */
static inline void plu_begin_frame(plu_thread *T, plu_frame *F, int64_t cpu, int64_t wall, int64_t deadline) {
  atomic_store_explicit(&F->cpu, cpu, memory_order_relaxed);
  atomic_store_explicit(&F->wall, wall, memory_order_relaxed);
  atomic_store_explicit(&F->deadline, deadline, memory_order_relaxed);
  F->terms = 0;
  atomic_store_explicit(&F->number, ++T->last, memory_order_release);
}

/* What the watchdog asks of the call, perhaps while the host ran: a reason to stop, or PLU_RUNNING. */
static inline int32_t plu_request(const plu_frame *F) {
  uint64_t request = atomic_load_explicit(&F->request, memory_order_relaxed);
  bool is_its = request >> PLU_REQUEST_BITS == atomic_load_explicit(&F->number, memory_order_relaxed);
  return is_its ? (int32_t)(request & PLU_REASONS) : PLU_RUNNING;
}

/*
** A call of S begins on this thread, in the host. NULL when there is no watchdog for
** it, or too many calls are inside each other.
*/
static inline plu_thread *plu_enter_frame(plu_state *S) {
  plu_thread *T = plu_here;
  if (T == NULL && (T = plu_add_thread()) == NULL) return NULL;
  int32_t depth = atomic_load_explicit(&T->depth, memory_order_relaxed);
  if (depth == PLU_FRAMES) return NULL;
  plu_frame *F = &T->frames[depth];
  if (F->terms == S->terms) {
    atomic_store_explicit(&F->number, ++T->last, memory_order_release);
  } else {
    atomic_store_explicit(&F->state, S, memory_order_relaxed);
    atomic_store_explicit(&F->identity, S->identity, memory_order_relaxed);
    plu_begin_frame(T, F, S->budget.cpu, S->budget.wall, 0);
    F->terms = S->terms;
  }
  atomic_store_explicit(&T->depth, depth + 1, memory_order_release);
  atomic_signal_fence(memory_order_seq_cst);
  if (atomic_load_explicit(&plu_watchdog_sleeps, memory_order_relaxed)) plu_wake_watchdog();
  return T;
}

static inline void plu_leave_frame(plu_thread *T) {
  int32_t depth = atomic_load_explicit(&T->depth, memory_order_relaxed) - 1;
  atomic_store_explicit(&T->depth, depth, memory_order_relaxed);
}

#endif
