/*
** What every call from the host passes, compiled into its caller: some thirty
** instructions before lua_resume and after it. What is rare is a function of call.c.
*/
#ifndef PERILUNE_ENTRY_H
#define PERILUNE_ENTRY_H

#include "watchdog.h"

/* call.c */
void plu_start_cpu(plu_state *S);
void plu_stop_cpu(plu_state *S);
lua_State *plu_make_thread(plu_state *S);
void plu_discard_thread(plu_state *S, lua_State *L);

/* Inlined whatever the compiler thinks of it: the call itself takes twenty nanoseconds. */
#define PLU_INLINE static inline __attribute__((always_inline))

/* lua_newthread copies the main thread's extra space, so any thread will do. */
PLU_INLINE plu_state *plu_state_of(lua_State *L) { return *(plu_state **)lua_getextraspace(L); }

/* Whether the last resort left the state in the middle of a step: it can only be closed. */
PLU_INLINE bool plu_is_condemned(const plu_state *S) { return S->condemned; }

/* Why the last entry was ended, or PLU_RUNNING. */
PLU_INLINE int32_t plu_stopped(const plu_state *S) { return S->stopped; }

/* Whether the host is inside of an entry, and of one inside of another. */
PLU_INLINE bool plu_is_inside(const plu_state *S) { return S->depth > 0; }
PLU_INLINE bool plu_is_nested(const plu_state *S) { return S->depth > 1; }

/*
** [-0, +0, -] An entry of the host begins, unless this is inside of one: its budget
** starts here, and what the host does for it counts. False when it cannot be watched.
*/
PLU_INLINE bool plu_enter(plu_state *S) {
  if (S->depth > 0) {
    S->depth++;
    return true;
  }
  bool is_counted = S->budget.instructions != 0;
  if (!is_counted && (S->thread = plu_enter_frame(S)) == NULL) return false;
  S->depth = 1;
  S->stopped = PLU_RUNNING;
  S->leaves_late = 0;
  S->refusals = 0;
  S->closings = 0;
  S->overdrawn = S->used_handlers = S->waits = false;
  S->stop.line = 0;
  S->stack = (uintptr_t)__builtin_frame_address(0);
  S->instructions = S->budget.instructions;
  if (S->accounts_cpu) plu_start_cpu(S);
  return true;
}

/* [-0, +0, -] The entry has ended. */
PLU_INLINE void plu_leave(plu_state *S) {
  if (--S->depth > 0) return;
  if (S->accounts_cpu) plu_stop_cpu(S);
  if (S->thread != NULL) plu_leave_frame(S->thread);
  S->thread = NULL;
}

/* [-0, +0, -] A coroutine with an empty stack; NULL when there is no memory. */
PLU_INLINE lua_State *plu_take_thread(plu_state *S) { return S->pooled > 0 ? S->pool[--S->pooled] : plu_make_thread(S); }

/* [-0, +0, -] Takes a coroutine back, which is kept for the next call if it ended well; otherwise it is unwound and dropped. */
PLU_INLINE void plu_give_thread(plu_state *S, lua_State *L, bool ended_well) {
  if (ended_well && S->stopped == PLU_RUNNING && S->pooled < PLU_POOLED_THREADS && !S->condemned) {
    lua_settop(L, 0);
    S->pool[S->pooled++] = L;
  } else {
    plu_discard_thread(S, L);
  }
}

/* [-0, +0, -] An entry begins that makes a call: with the coroutine for it, or NULL when there is no memory for one. False as plu_enter. */
PLU_INLINE bool plu_begin(plu_state *S, lua_State **L) {
  if (!plu_enter(S)) return false;
  *L = plu_take_thread(S);
  return true;
}

/* [-0, +0, -] It has ended. */
PLU_INLINE void plu_end(plu_state *S, lua_State *L, bool ended_well) {
  plu_give_thread(S, L, ended_well);
  plu_leave(S);
}

/* [-0, +1, -] Pushes what plu_reference took. */
PLU_INLINE void plu_push_reference(lua_State *L, int reference) { lua_rawgeti(L, LUA_REGISTRYINDEX, reference); }

#endif
