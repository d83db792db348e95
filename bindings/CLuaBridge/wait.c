/*
** Calls that wait for a host function. Its coroutine yields to the host, through
** coroutines of the script if it lies in some, and is resumed when the function
** has come to its end; meanwhile other calls of the state run.
*/
#include "bridge.h"

#include <string.h>

/* How many levels are searched for what cannot be suspended. */
enum { PLU_BOUNDARY_LEVELS = 64 };

/* Whether whoever makes the calls of S goes on with one that was suspended. Returns what was so before. */
bool plu_set_may_wait(plu_state *S, bool may_wait) {
  bool before = S->may_wait;
  S->may_wait = may_wait;
  return before;
}

/* [-0, +0, -] The innermost function that cannot be suspended, as the script calls it; NULL if that is not known. */
static const char *find_boundary(lua_State *L) {
  lua_Debug frame;
  for (int level = 1; level < PLU_BOUNDARY_LEVELS && lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sn", &frame);
    if (*frame.what != 'C') continue;
    if (frame.name == NULL || (strcmp(frame.name, "pcall") != 0 && strcmp(frame.name, "xpcall") != 0)) return frame.name;
  }
  return NULL;
}

/* [-0, +0, -] Whether the host function that runs on L can suspend its call. BOUNDARY is set with PLU_FUNCTION_CANNOT_WAIT. */
int32_t plu_can_wait(lua_State *L, const char **boundary) {
  const plu_state *S = plu_state_of(L);
  if (plu_is_nested(S)) return PLU_NESTED_CALL_CANNOT_WAIT;
  if (!S->may_wait) return PLU_CALL_CANNOT_WAIT;
  if (S->cannot_yield) return PLU_COROUTINE_CANNOT_WAIT;
  if (lua_isyieldable(L)) return PLU_CAN_WAIT;
  *boundary = find_boundary(L);
  return PLU_FUNCTION_CANNOT_WAIT;
}

static int wait_here(lua_State *L) {
  if (!lua_isyieldable(L)) return luaL_error(L, "attempt to yield across a C-call boundary");
  plu_state_of(L)->waits = true;
  return lua_yield(L, 0);
}

/*
** [-0, +results, e] Suspends L, for a C function that returns what this returns: once L is resumed
** GO_ON runs in its place. Inside of a pcall without a handler, as plu_lib_yield.
*/
int plu_wait(lua_State *L, lua_KFunction go_on) {
  plu_state_of(L)->waits = false; /* of a coroutine inside of this one, which waits in its turn */
  lua_pushcfunction(L, wait_here);
  int status = lua_pcallk(L, 0, 0, 0, 0, go_on);
  return go_on(L, status, 0); /* with an error: there was no room for it */
}

/* Whether L waits, or waited when its call was ended: only the host resumes it. */
bool plu_is_waiting(lua_State *L) {
  lua_Debug frame;
  if (lua_status(L) != LUA_YIELD || !lua_getstack(L, 0, &frame)) return false;
  lua_getinfo(L, "f", &frame);
  bool is_waiting = lua_tocfunction(L, -1) == wait_here;
  lua_pop(L, 1);
  return is_waiting;
}

/* [-0, +0, -] The entry that runs has come to a wait: it ends for now, and its budget with it. W is zero at the first. */
void plu_suspend(plu_state *S, plu_suspended *W) {
  W->instructions = S->instructions;
  W->refusals = S->refusals;
  W->overdrawn = S->overdrawn;
  W->used_handlers = S->used_handlers;
  if (S->thread != NULL) {
    const plu_frame *F = plu_innermost(S->thread);
    /* those before the first wait are not known, and one that lasted is measured */
    uint32_t ticks = atomic_load_explicit(&F->ticks, memory_order_relaxed) - W->ticks;
    W->cpu = plu_cpu_left(S->thread, F, ticks);
    W->deadline = plu_deadline(F);
    if (W->cpu < 0)
      W->spent = PLU_CPU_LIMIT;
    else if (ticks > 0 && plu_wait_left(W) == 0)
      W->spent = PLU_WALL_LIMIT;
  }
  S->waiting++;
  plu_leave(S);
}

/* [-0, +0, -] The entry goes on, on this thread. False as plu_enter. */
bool plu_continue(plu_state *S, plu_suspended *W) {
  if (!plu_enter(S)) return false;
  if (S->thread != NULL) {
    plu_frame *F = plu_innermost(S->thread);
    plu_begin_frame(S->thread, F, W->cpu, 0, W->deadline);
    W->ticks = atomic_load_explicit(&F->ticks, memory_order_relaxed);
  } else {
    S->instructions = W->instructions;
  }
  S->refusals = W->refusals;
  S->overdrawn = W->overdrawn;
  S->used_handlers = W->used_handlers;
  S->waiting--;
  return true;
}

/* [-0, +0, -] The entry that was continued must end where it waits, for a reason that is told of it. */
void plu_end_wait(plu_state *S, lua_State *L, int32_t reason) {
  S->stopped = reason;
  plu_locate(L, NULL, 0, &S->stop);
}

/* Nanoseconds until a suspended call must end, not below 0; INT64_MAX when no time limits it. */
int64_t plu_wait_left(const plu_suspended *W) {
  if (W->deadline == 0 || W->deadline == INT64_MAX) return INT64_MAX;
  int64_t left = W->deadline - plu_clock(CLOCK_MONOTONIC);
  return left > 0 ? left : 0;
}
