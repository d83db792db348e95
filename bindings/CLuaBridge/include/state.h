/*
** What a state holds. In a header so that a call's few stores are compiled into
** their caller, Swift's as well: see entry.h. Nobody outside of the bridge
** touches it but through its functions.
*/
#ifndef PERILUNE_STATE_H
#define PERILUNE_STATE_H

#include "arena.h" /* and what CLuaBridge.h declares before it includes this */

#include <setjmp.h>
#include <signal.h>

/* Parts that the host converts between two looks whether the call must end. */
enum { PLU_STEPS = 256 };
#define PLU_NOT_KNOWN INT64_MIN

/* Coroutines that are kept for the next calls. */
enum { PLU_POOLED_THREADS = 4 };

/*
** Where the last resort leaves to: the innermost call of the host into Lua. The
** compiler's own setjmp saves three words where the library's makes a call; not
** every target has it.
*/
typedef struct plu_exit {
#if defined(__x86_64__)
  void *buffer[5];
#else
  sigjmp_buf buffer;
#endif
  /* what was so before: kept here, since a jump leaves no variable of the call's own */
  struct plu_exit *outer;
  lua_State *running;
} plu_exit;

#if defined(__x86_64__)
#define PLU_SET_EXIT(exit) __builtin_setjmp((exit).buffer)
#define PLU_JUMP_TO_EXIT(exit) __builtin_longjmp((exit)->buffer, 1)
#else
#define PLU_SET_EXIT(exit) sigsetjmp((exit).buffer, 0)
#define PLU_JUMP_TO_EXIT(exit) siglongjmp((exit)->buffer, 1)
#endif

struct plu_state {
  struct plu_thread *thread; /* the record of the thread that the entry runs on; NULL while instructions are counted */
  uint64_t identity; /* of this state alone, for as long as the process lives */
  lua_State *main;
  lua_State *volatile running; /* the coroutine that runs now; NULL outside of calls */
  plu_host host;
  bool sandboxed;

  /* memory */
  plu_arena arena;
  size_t held, peak, quota; /* held: what the host keeps for the plugin */
  bool in_plugin;
  bool has_credit;
  bool has_anchors; /* some table had its metatable replaced */

  /* the entry that runs now; in the order in which an entry clears them with few stores */
  int32_t depth;
  volatile sig_atomic_t stopped;
  volatile sig_atomic_t leaves_late; /* the last resort, once what is critical is done */
  int32_t refusals;                  /* of memory */
  int32_t closings;                  /* coroutines that are being closed, one by another */
  bool overdrawn;                    /* over the quota until the next instruction */
  bool used_handlers;                /* it called xpcall */
  bool waits;                        /* a host function of its waits, for which it is being suspended */
  plu_location stop;                 /* where it was stopped */
  int64_t decodable;                 /* bytes that the host may still decode; PLU_NOT_KNOWN until it asks */
  int32_t steps;                     /* parts that the host reads or writes until it looks whether the call must end */
  plu_budget budget;
  uint64_t terms; /* of this state with this budget, and of no other */
  int64_t instructions; /* left, in deterministic mode */

  /* the last resort */
  plu_exit *volatile exit;
  volatile sig_atomic_t critical;
  bool condemned;

  bool accounts_cpu;
  int64_t cpu_time, cpu_start;

  uintptr_t stack; /* where the entry began on the C stack */

  /* waits */
  bool may_wait;    /* whoever makes the calls goes on with one that was suspended */
  bool cannot_yield; /* some resume below the running coroutine was called where nothing yields */
  int32_t waiting;  /* calls that are suspended */

  lua_State *pool[PLU_POOLED_THREADS];
  int32_t pooled;
};

#endif
