/*
** Calls from the host into Lua. Each runs in a coroutine of its own, so that
** after an error its stack is still there to be looked at, and a nested call
** (plugin -> host -> plugin) never raises over a Swift frame.
*/
#include "text.h"

#include <string.h>

/* What the <close> variables of a call that was ended may spend in all, in nanoseconds. */
enum { PLU_CLOSING_CPU = 10000000, PLU_CLOSING_WALL = 100000000 };

static _Atomic(uint64_t) last_terms;

/* What each following entry may spend. */
void plu_set_budget(plu_state *S, plu_budget budget) {
  bool counted = S->budget.instructions != 0;
  S->budget = budget;
  S->terms = atomic_fetch_add_explicit(&last_terms, 1, memory_order_relaxed) + 1;
  if (counted || budget.instructions != 0) {
    plu_arm(S);
    for (int32_t i = 0; i < S->pooled; i++) plu_unhook(S->pool[i]);
  }
}

/*
** While the host works for an entry: why that must end, or PLU_RUNNING. What the
** watchdog asked for holds from here on, whatever the host makes of it.
*/
int32_t plu_must_stop(plu_state *S) {
  S->steps = PLU_STEPS;
  if (S->depth == 0) return PLU_RUNNING;
  if (S->stopped == PLU_RUNNING && S->thread != NULL) {
    plu_frame *F = plu_innermost(S->thread);
    /* the host may be inside of another state's entry meanwhile */
    if (atomic_load_explicit(&F->state, memory_order_relaxed) == S) S->stopped = plu_request(F);
  }
  return S->stopped;
}

/* Where the last entry was ended. */
const plu_location *plu_stop_location(const plu_state *S) { return &S->stop; }

/* CPU time of all entries in nanoseconds; 0 unless the state accounts it. */
int64_t plu_cpu_time(const plu_state *S) { return S->cpu_time; }

/* [-0, +0, -] For states that account their CPU time. */
void plu_start_cpu(plu_state *S) { S->cpu_start = plu_clock(CLOCK_THREAD_CPUTIME_ID); }

void plu_stop_cpu(plu_state *S) { S->cpu_time += plu_clock(CLOCK_THREAD_CPUTIME_ID) - S->cpu_start; }

/* [-0, +0, -] A new coroutine, kept alive until it is dropped; NULL when there is no memory. */
lua_State *plu_make_thread(plu_state *S) {
  lua_State *M = S->main;
  plu_take_credit(S);
  if (!lua_checkstack(M, 4)) return NULL;
  lua_rawgetp(M, LUA_REGISTRYINDEX, &plu_threads_key);
  lua_State *L = lua_newthread(M);
  lua_rawsetp(M, -2, L);
  lua_pop(M, 1);
  return L;
}

static void drop_thread(plu_state *S, lua_State *L) {
  lua_State *M = S->main;
  lua_rawgetp(M, LUA_REGISTRYINDEX, &plu_threads_key);
  lua_pushnil(M);
  lua_rawsetp(M, -2, L);
  lua_pop(M, 1);
}

/*
** Into the plugin, and out of it however it was left. Between these a function
** does one thing, since the compiler's setjmp wants a frame of its own, and
** nothing that it changes there outlives a jump.
*/
static inline void begin_plugin(plu_state *S, lua_State *L, plu_exit *exit) {
  exit->outer = S->exit;
  exit->running = S->running;
  S->exit = exit;
  S->running = L;
  plu_set_mode(S, true);
  if (S->stopped != PLU_RUNNING || S->overdrawn) plu_pass_stop(L);
  if (S->has_credit) plu_pay_credit(S);
}

static inline void end_plugin(plu_state *S, const plu_exit *exit) {
  plu_set_mode(S, false);
  S->running = exit->running;
  S->exit = exit->outer;
}

/* [-all, +0, -] lua_resetthread. An error of a __close is dropped: the call has failed already. */
__attribute__((noinline)) static void reset(plu_state *S, lua_State *L) {
  plu_exit exit;
  if (PLU_SET_EXIT(exit) != 0) {
    S->condemned = true;
  } else {
    begin_plugin(S, L, &exit);
    lua_resetthread(L);
  }
  end_plugin(S, &exit);
}

/*
** [-all, +0, -] Unwinds a coroutine that ended by an error or was left suspended, which
** runs its <close> variables: within what is left of the entry's budget, or if
** that was used up, within a small one of their own.
*/
static void unwind(plu_state *S, lua_State *L) {
  int32_t stopped = S->stopped;
  S->waits = false; /* it was stopped as it began to */
  if (stopped != PLU_RUNNING) {
    /* 5.4.4 would call what lies in the place of a handler: nothing can be closed then */
    if (S->used_handlers && lua_status(L) == LUA_YIELD && !plu_is_waiting(L) && plu_has_handler(L)) return;
    S->stopped = PLU_RUNNING;
    S->refusals = 0;
    S->instructions = S->budget.instructions / 100;
    if (S->thread != NULL) plu_begin_frame(S->thread, plu_innermost(S->thread), PLU_CLOSING_CPU, PLU_CLOSING_WALL, 0);
    if (!plu_is_beyond_reach(L)) plu_unhook(L);
  }
  reset(S, L);
  if (stopped != PLU_RUNNING) S->stopped = stopped;
}

/* [-0, +0, -] See entry.h. */
void plu_discard_thread(plu_state *S, lua_State *L) {
  if (!S->condemned && lua_status(L) != LUA_OK) unwind(S, L);
  if (!S->condemned) drop_thread(S, L);
}

/*
** [-(arguments + 1), +results, -] Calls the function below the arguments on L.
** Returns lua_resume's status, with an error's value on top of the stack, or
** PLU_STOPPED, PLU_CONDEMNED or PLU_WAITING. Called inside of an entry.
*/
__attribute__((noinline)) int plu_resume(plu_state *S, lua_State *L, int arguments, int *results) {
  plu_exit exit;
  int status;
  if (S->condemned) return PLU_CONDEMNED;
  if (PLU_SET_EXIT(exit) != 0) {
    S->condemned = true;
    status = PLU_CONDEMNED;
  } else {
    begin_plugin(S, L, &exit);
    status = lua_resume(L, exit.running, arguments, results);
    if (S->stopped != PLU_RUNNING)
      status = PLU_STOPPED;
    else if (S->waits && status == LUA_YIELD)
      status = PLU_WAITING;
  }
  end_plugin(S, &exit);
  S->decodable = PLU_NOT_KNOWN;
  return status;
}

/*
** [-0, +1, -] Compiles text, never bytecode, within the quota and the entry's budget; or reads what lua_dump made of it,
** if IS_OWN_CODE: of this process, since Lua takes any bytecode for right. Pushes the function, or the message; nothing
** with PLU_CONDEMNED.
*/
__attribute__((noinline)) int plu_load(plu_state *S, lua_State *L, const char *text, size_t size, const char *chunk, bool is_own_code) {
  plu_exit exit;
  int status;
  volatile bool is_mended = true; /* a jump may come between */
  if (S->condemned) return PLU_CONDEMNED;
  if (PLU_SET_EXIT(exit) != 0) {
    S->condemned = true;
    status = PLU_CONDEMNED;
  } else {
    begin_plugin(S, L, &exit);
    status = is_own_code ? luaL_loadbufferx(L, text, size, chunk, "b") : plu_load_pieces(L, text, size, chunk);
    if (status == LUA_OK && S->sandboxed) is_mended = plu_mend_code(L);
  }
  end_plugin(S, &exit);
  if (is_mended) return status;
  lua_pop(L, 1);
  plu_push_string(S, L, plu_chain_message, strlen(plu_chain_message)); /* in host mode, where nothing is refused */
  return LUA_ERRSYNTAX;
}
