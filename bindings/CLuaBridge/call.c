/*
** Calls from the host into Lua. Each runs in a coroutine of its own, so that
** after an error its stack is still there to be looked at, and a nested call
** (plugin -> host -> plugin) never raises over a Swift frame.
*/
#include "bridge.h"

#include <string.h>
#include <time.h>

/* What the <close> variables of a call that was ended may spend in all, in nanoseconds. */
enum { PLU_CLOSING_CPU = 10000000, PLU_CLOSING_WALL = 100000000 };

/* How much text Lua's parser gets at once: it runs no hook, so the call's end is looked at in between. */
enum { PLU_PIECE = 64 * 1024 };

/* What each following entry may spend. */
void plu_set_budget(plu_state *S, plu_budget budget) {
  bool counted = S->budget.instructions != 0;
  S->budget = budget;
  if (counted || budget.instructions != 0) {
    plu_arm(S);
    for (int32_t i = 0; i < S->pooled; i++) plu_unhook(S->pool[i]);
  }
}

/* Why the last entry was ended, or PLU_RUNNING. */
int32_t plu_stopped(const plu_state *S) { return S->stopped; }

/* Where the last entry was ended. */
const plu_location *plu_stop_location(const plu_state *S) { return &S->stop; }

/* Whether the last resort left the state in the middle of a step: it can only be closed. */
bool plu_is_condemned(const plu_state *S) { return S->condemned; }

/* CPU time of all entries in nanoseconds; 0 unless the state accounts it. */
int64_t plu_cpu_time(const plu_state *S) { return S->cpu_time; }

/*
** An entry of the host begins, unless this is inside of one: its budget starts
** here, and what the host does for it counts. False when it cannot be watched.
*/
bool plu_enter(plu_state *S) {
  if (S->depth > 0) {
    S->depth++;
    return true;
  }
  bool is_watched = S->budget.instructions == 0;
  if (is_watched && !plu_enter_frame(S, S->budget.cpu, S->budget.wall)) return false;
  S->depth = 1;
  S->stack = (uintptr_t)__builtin_frame_address(0);
  S->stopped = PLU_RUNNING;
  S->stop.line = 0;
  S->refusals = 0;
  S->closings = 0;
  S->overdrawn = S->used_handlers = false;
  S->leaves_late = 0;
  S->instructions = S->budget.instructions;
  if (S->accounts_cpu) S->cpu_start = plu_clock(CLOCK_THREAD_CPUTIME_ID);
  return true;
}

/* The entry has ended. */
void plu_leave(plu_state *S) {
  if (--S->depth > 0) return;
  if (S->accounts_cpu) S->cpu_time += plu_clock(CLOCK_THREAD_CPUTIME_ID) - S->cpu_start;
  if (S->budget.instructions == 0) plu_leave_frame();
}

/* A coroutine with an empty stack, kept alive until it is given back; NULL when there is no memory. */
lua_State *plu_take_thread(plu_state *S) {
  if (S->pooled > 0) return S->pool[--S->pooled];
  lua_State *M = S->main;
  plu_take_credit(S);
  if (!lua_checkstack(M, 4)) return NULL;
  lua_rawgetp(M, LUA_REGISTRYINDEX, &plu_threads_key);
  lua_State *L = lua_newthread(M);
  lua_rawsetp(M, -2, L);
  lua_pop(M, 1);
  return L;
}

/* [-all, +0, -] Runs L's <close> variables in plugin mode, as lua_resetthread does; false if that had to be left. */
static bool unwind(plu_state *S, lua_State *L) {
  plu_exit exit = {.outer = S->exit};
  lua_State *running = S->running;
  bool in_plugin = S->in_plugin;
  if (sigsetjmp(exit.buffer, 0) == 0) {
    S->exit = &exit;
    S->running = L;
    S->in_plugin = true;
    plu_run_plugin();
    lua_resetthread(L);
  } else {
    S->condemned = true;
  }
  plu_run_host();
  S->in_plugin = in_plugin;
  S->running = running;
  S->exit = exit.outer;
  return !S->condemned;
}

/*
** Takes a coroutine back. One that ended by an error or was left suspended is
** unwound first, which runs its <close> variables: within what is left of the
** entry's budget, or if that was used up, within a small one of their own. It is
** kept for the next call if it can be.
*/
void plu_give_thread(plu_state *S, lua_State *L, bool reusable) {
  if (S->condemned) return;
  if (lua_status(L) != LUA_OK) {
    int32_t stopped = S->stopped;
    if (stopped != PLU_RUNNING) {
      S->stopped = PLU_RUNNING;
      S->refusals = 0;
      S->instructions = S->budget.instructions / 100;
      if (S->budget.instructions == 0) plu_restart_frame(PLU_CLOSING_CPU, PLU_CLOSING_WALL);
      if (!plu_is_beyond_reach(L)) plu_unhook(L);
    }
    /* 5.4.4 would call what lies in the place of a handler: nothing can be closed then */
    bool is_closed = stopped != PLU_RUNNING && S->used_handlers && lua_status(L) == LUA_YIELD && plu_has_handler(L);
    bool unwound = is_closed || unwind(S, L);
    if (stopped != PLU_RUNNING) S->stopped = stopped;
    if (!unwound) return;
    if (is_closed) reusable = false;
  }
  if (lua_status(L) == LUA_OK) lua_settop(L, 0);
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
** Returns lua_resume's status, with an error's value on top of the stack, or
** PLU_CONDEMNED. Called inside of an entry.
*/
int plu_resume(plu_state *S, lua_State *L, int arguments, int *results) {
  if (S->condemned) return PLU_CONDEMNED;
  plu_exit exit = {.outer = S->exit};
  lua_State *from = S->running;
  bool in_plugin = S->in_plugin;
  int status = PLU_CONDEMNED;
  if (sigsetjmp(exit.buffer, 0) == 0) {
    S->exit = &exit;
    plu_to_plugin(S, L);
    status = lua_resume(L, from, arguments, results);
  } else {
    S->condemned = true;
    status = PLU_CONDEMNED;
  }
  plu_run_host();
  S->in_plugin = in_plugin;
  S->running = from;
  S->exit = exit.outer;
  return status;
}

typedef struct text_reader {
  plu_state *S;
  const char *text;
  size_t left;
} text_reader;

/* lua_Reader: a piece at a time, and nothing more once the call must end. */
static const char *next_piece(lua_State *L, void *data, size_t *size) {
  text_reader *reader = data;
  plu_poll(L);
  size_t piece = reader->left < PLU_PIECE ? reader->left : PLU_PIECE;
  const char *start = reader->text;
  reader->text += piece;
  reader->left -= piece;
  *size = piece;
  return piece > 0 ? start : NULL;
}

/* [-0, +1, -] Compiles text, never bytecode, within the quota and the entry's budget. Pushes the function, or the message. */
int plu_load_text(plu_state *S, lua_State *L, const char *text, size_t size, const char *chunk) {
  if (S->condemned) return PLU_CONDEMNED;
  text_reader reader = {S, text, size};
  plu_exit exit = {.outer = S->exit};
  lua_State *from = S->running;
  bool in_plugin = S->in_plugin;
  int status = PLU_CONDEMNED;
  if (sigsetjmp(exit.buffer, 0) == 0) {
    S->exit = &exit;
    plu_to_plugin(S, L);
    status = lua_load(L, next_piece, &reader, chunk, "t");
    if (status == LUA_OK && S->sandboxed && !plu_mend_code(L)) status = LUA_ERRSYNTAX;
  } else {
    S->condemned = true;
    status = PLU_CONDEMNED;
  }
  plu_run_host();
  S->in_plugin = in_plugin;
  S->running = from;
  S->exit = exit.outer;
  return status;
}
