/*
** Calls from the host into Lua. Each runs in a coroutine of its own, so that
** after an error its stack is still there to be looked at, and a nested call
** (plugin -> host -> plugin) never raises over a Swift frame.
*/
#include "bridge.h"

#include <stdlib.h>
#include <time.h>

/* How many VM instructions pass between two looks at the clock, and in a coroutine that was stopped. */
enum { PLU_HOOK_INTERVAL = 10000, PLU_HOOK_STOPPED = 1 };

static int64_t clock_now(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t) != 0) return 0;
  return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_nsec;
}

/*
** [-0, +0, e] The limit on time. Once the budget is spent the coroutine yields
** at its next instruction, which pcall and xpcall do not see. Where it cannot
** (inside of a C function that calls back) an error is raised; that can be
** caught, and is raised again at every instruction until the call has ended.
*/
static void count_hook(lua_State *L, lua_Debug *activation) {
  (void)activation;
  plu_state *S = plu_state_of(L);
  if (S->stopped == PLU_RUNNING) {
    if (S->budget.cpu != 0) {
      int64_t now = clock_now(CLOCK_THREAD_CPUTIME_ID);
      if (S->cpu_start < 0)
        S->cpu_start = now;
      else if (now - S->cpu_start > S->budget.cpu)
        S->stopped = PLU_CPU_LIMIT;
    }
    if (S->budget.wall != 0 && clock_now(CLOCK_MONOTONIC) - S->wall_start > S->budget.wall) S->stopped = PLU_WALL_LIMIT;
  }
  if (S->stopped != PLU_RUNNING) {
    if (S->stop.line == 0) plu_locate(L, NULL, 0, &S->stop);
    lua_sethook(L, count_hook, LUA_MASKCOUNT, PLU_HOOK_STOPPED);
    if (lua_isyieldable(L))
      lua_yield(L, 0);
    else
      luaL_error(L, "time limit exceeded");
  } else if (lua_gethookcount(L) != PLU_HOOK_INTERVAL) { /* left over from a call that was stopped */
    lua_sethook(L, count_hook, LUA_MASKCOUNT, PLU_HOOK_INTERVAL);
  }
}

/* Sets the hook on the main thread; every coroutine inherits it. */
void plu_arm(plu_state *S) { lua_sethook(S->main, count_hook, LUA_MASKCOUNT, PLU_HOOK_INTERVAL); }

/* [-0, +0, -] Stops L at its next instruction if the entry was stopped in another coroutine. */
void plu_pass_stop(lua_State *L) {
  if (plu_state_of(L)->stopped != PLU_RUNNING) lua_sethook(L, count_hook, LUA_MASKCOUNT, PLU_HOOK_STOPPED);
}

/* [-0, +0, e] What plu_poll does once the entry was stopped. */
_Noreturn void plu_raise_stop(lua_State *L) {
  luaL_error(L, "time limit exceeded");
  abort();
}

/*
** Whether an error of the hook ended L. Such an error leaves L's hooks off for good,
** so nothing may run in L again, its __close metamethods included.
*/
bool plu_is_beyond_reach(lua_State *L) {
  int status = lua_status(L);
  return status != LUA_OK && status != LUA_YIELD && lua_gethookcount(L) == PLU_HOOK_STOPPED;
}

/* What each following entry may spend. */
void plu_set_budget(plu_state *S, plu_budget budget) { S->budget = budget; }

/* Why the last entry was ended, or PLU_RUNNING. */
int32_t plu_stopped(const plu_state *S) { return S->stopped; }

/* Where the last entry was ended. */
const plu_location *plu_stop_location(const plu_state *S) { return &S->stop; }

/* CPU time of all entries in nanoseconds; 0 unless the state accounts it. */
int64_t plu_cpu_time(const plu_state *S) { return S->cpu_time; }

/* A coroutine with an empty stack, kept alive until it is given back; NULL when there is no memory. */
lua_State *plu_take_thread(plu_state *S) {
  if (S->pooled > 0) return S->pool[--S->pooled];
  lua_State *M = S->main;
  if (!lua_checkstack(M, 4)) return NULL;
  lua_rawgetp(M, LUA_REGISTRYINDEX, &plu_threads_key);
  lua_State *L = lua_newthread(M);
  lua_rawsetp(M, -2, L);
  lua_pop(M, 1);
  return L;
}

/*
** Takes a coroutine back. One that ended by an error or was left suspended is
** unwound first, which runs its <close> variables, in plugin mode and under the
** budget of the call that they belong to. It is kept for the next call if it can be.
*/
void plu_give_thread(plu_state *S, lua_State *L, bool reusable) {
  bool beyond_reach = plu_is_beyond_reach(L);
  if (lua_status(L) != LUA_OK && !beyond_reach) {
    lua_State *running = S->running;
    bool in_plugin = S->in_plugin;
    S->running = L;
    S->in_plugin = true;
    lua_resetthread(L);
    S->in_plugin = in_plugin;
    S->running = running;
  }
  if (!beyond_reach) lua_settop(L, 0);
  if (reusable && S->stopped == PLU_RUNNING && S->pooled < PLU_POOLED_THREADS) {
    S->pool[S->pooled++] = L;
    return;
  }
  lua_State *M = S->main;
  lua_rawgetp(M, LUA_REGISTRYINDEX, &plu_threads_key);
  lua_pushnil(M);
  lua_rawsetp(M, -2, L);
  lua_pop(M, 1);
}

/*
** [-(arguments + 1), +results, -] Calls the function below the arguments on L.
** Returns lua_resume's status; on an error its value is on top of the stack.
** The entry's budget starts here unless this call is inside another one.
*/
int plu_resume(plu_state *S, lua_State *L, int arguments, int *results) {
  lua_State *from = S->running;
  bool in_plugin = S->in_plugin;
  bool outermost = S->depth == 0;
  int64_t cpu = 0;
  if (outermost) {
    S->stopped = PLU_RUNNING;
    S->stop.line = 0;
    S->cpu_start = -1;
    if (S->budget.wall != 0) S->wall_start = clock_now(CLOCK_MONOTONIC);
    if (S->accounts_cpu) cpu = clock_now(CLOCK_THREAD_CPUTIME_ID);
  }
  S->depth++;
  S->running = L;
  S->in_plugin = true;
  int status = lua_resume(L, from, arguments, results);
  S->in_plugin = in_plugin;
  S->running = from;
  S->depth--;
  if (outermost && S->accounts_cpu) S->cpu_time += clock_now(CLOCK_THREAD_CPUTIME_ID) - cpu;
  return status;
}

/* [-0, +1, -] Compiles text, never bytecode, within the quota. Pushes the function, or the message. */
int plu_load_text(plu_state *S, lua_State *L, const char *text, size_t size, const char *chunk) {
  bool in_plugin = S->in_plugin;
  S->in_plugin = true;
  int status = luaL_loadbufferx(L, text, size, chunk, "t");
  S->in_plugin = in_plugin;
  return status;
}
