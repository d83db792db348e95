/*
** Calls from the host into Lua. Each runs in a coroutine of its own, so that
** after an error its stack is still there to be looked at, and a nested call
** (plugin -> host -> plugin) never raises over a Swift frame.
*/
#include "text.h"
#include "watchdog.h"

/* What the <close> variables of a call that was ended may spend in all, in nanoseconds. */
enum { PLU_CLOSING_CPU = 10000000, PLU_CLOSING_WALL = 100000000 };

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
static inline bool enter(plu_state *S) {
  if (S->depth > 0) {
    S->depth++;
    return true;
  }
  if (S->budget.instructions == 0 && (S->thread = plu_enter_frame(S)) == NULL) return false;
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

bool plu_enter(plu_state *S) { return enter(S); }

/* The entry has ended. */
static inline void leave(plu_state *S) {
  if (--S->depth > 0) return;
  if (S->accounts_cpu) S->cpu_time += plu_clock(CLOCK_THREAD_CPUTIME_ID) - S->cpu_start;
  if (S->thread != NULL) plu_leave_frame(S->thread);
  S->thread = NULL;
}

void plu_leave(plu_state *S) { leave(S); }

/* [-0, +0, -] A new coroutine, kept alive until it is dropped; NULL when there is no memory. */
static lua_State *make_thread(plu_state *S) {
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

/* A coroutine with an empty stack; NULL when there is no memory. */
lua_State *plu_take_thread(plu_state *S) { return S->pooled > 0 ? S->pool[--S->pooled] : make_thread(S); }

/* What may be left by the last resort: lua_resume, lua_load or lua_resetthread, whose status it gives. */
typedef enum plu_work { PLU_RESUME, PLU_LOAD, PLU_RESET } plu_work;

static int load_text(plu_state *S, lua_State *L, void *data);

typedef struct call_data {
  lua_State *from;
  int arguments;
  int *results;
} call_data;

/* Not inlined: the compiler's setjmp wants a frame of its own. */
__attribute__((noinline)) static int run_in_plugin(plu_state *S, lua_State *L, plu_work work, void *data) {
  plu_exit exit;
  exit.outer = S->exit;
  if (PLU_SET_EXIT(exit) != 0) {
    S->condemned = true;
    return PLU_CONDEMNED;
  }
  S->exit = &exit;
  S->running = L;
  S->in_plugin = true;
  if (S->thread != NULL) plu_set_place(S->thread, PLU_IN_PLUGIN);
  if (S->stopped != PLU_RUNNING || S->overdrawn) plu_pass_stop(L);
  if (S->has_credit) plu_pay_credit(S);
  if (work == PLU_RESUME) {
    call_data *call = data;
    return lua_resume(L, call->from, call->arguments, call->results);
  }
  if (work == PLU_LOAD) return load_text(S, L, data);
  lua_resetthread(L);
  return LUA_OK; /* an error of a __close is dropped: the call has failed already */
}

/* Does work in plugin mode, and is back in the host's afterwards, however it ended. */
static inline int in_plugin(plu_state *S, lua_State *L, plu_work work, void *data) {
  if (S->condemned) return PLU_CONDEMNED;
  lua_State *running = S->running;
  plu_exit *exit = S->exit;
  bool was_in_plugin = S->in_plugin;
  int status = run_in_plugin(S, L, work, data);
  if (S->thread != NULL) plu_set_place(S->thread, PLU_IN_HOST);
  S->in_plugin = was_in_plugin;
  S->running = running;
  S->exit = exit;
  return status;
}

/*
** [-all, +0, -] Unwinds a coroutine that ended by an error or was left suspended, which
** runs its <close> variables: within what is left of the entry's budget, or if
** that was used up, within a small one of their own.
*/
static void unwind(plu_state *S, lua_State *L) {
  int32_t stopped = S->stopped;
  if (stopped != PLU_RUNNING) {
    /* 5.4.4 would call what lies in the place of a handler: nothing can be closed then */
    if (S->used_handlers && lua_status(L) == LUA_YIELD && plu_has_handler(L)) return;
    S->stopped = PLU_RUNNING;
    S->refusals = 0;
    S->instructions = S->budget.instructions / 100;
    if (S->thread != NULL) plu_begin_frame(S->thread, plu_innermost(S->thread), PLU_CLOSING_CPU, PLU_CLOSING_WALL);
    if (!plu_is_beyond_reach(L)) plu_unhook(L);
  }
  in_plugin(S, L, PLU_RESET, NULL);
  if (stopped != PLU_RUNNING) S->stopped = stopped;
}

/*
** Takes a coroutine back, which is kept for the next call if it ended well;
** otherwise it is unwound and dropped.
*/
static inline void give(plu_state *S, lua_State *L, bool ended_well) {
  if (ended_well && S->stopped == PLU_RUNNING && S->pooled < PLU_POOLED_THREADS && !S->condemned) {
    lua_settop(L, 0);
    S->pool[S->pooled++] = L;
    return;
  }
  if (!S->condemned && lua_status(L) != LUA_OK) unwind(S, L);
  if (!S->condemned) drop_thread(S, L);
}

void plu_give_thread(plu_state *S, lua_State *L, bool ended_well) { give(S, L, ended_well); }

/* An entry begins that makes a call: with the coroutine for it, or NULL when there is no memory for one. False as plu_enter. */
bool plu_begin(plu_state *S, lua_State **L) {
  if (!enter(S)) return false;
  *L = S->pooled > 0 ? S->pool[--S->pooled] : make_thread(S);
  return true;
}

/* It has ended. */
void plu_end(plu_state *S, lua_State *L, bool ended_well) {
  give(S, L, ended_well);
  leave(S);
}

/*
** [-(arguments + 1), +results, -] Calls the function below the arguments on L.
** Returns lua_resume's status, with an error's value on top of the stack, or
** PLU_CONDEMNED. Called inside of an entry.
*/
int plu_resume(plu_state *S, lua_State *L, int arguments, int *results) {
  call_data call = {S->running, arguments, results};
  return in_plugin(S, L, PLU_RESUME, &call);
}

typedef struct load_data {
  const char *text;
  size_t left;
  const char *chunk;
} load_data;

/* lua_Reader: a piece at a time. Does not return once the call must end. */
static const char *next_piece(lua_State *L, void *data, size_t *size) {
  load_data *load = data;
  plu_poll(L);
  size_t piece = load->left < PLU_PIECE ? load->left : PLU_PIECE;
  const char *start = load->text;
  load->text += piece;
  load->left -= piece;
  *size = piece;
  return piece > 0 ? start : NULL;
}

static int load_text(plu_state *S, lua_State *L, void *data) {
  load_data *load = data;
  int status = lua_load(L, next_piece, load, load->chunk, "t");
  return status == LUA_OK && S->sandboxed && !plu_mend_code(L) ? LUA_ERRSYNTAX : status;
}

/*
** [-0, +1, -] Compiles text, never bytecode, within the quota and the entry's budget.
** Pushes the function, or the message; nothing with PLU_CONDEMNED.
*/
int plu_load_text(plu_state *S, lua_State *L, const char *text, size_t size, const char *chunk) {
  load_data load = {text, size, chunk};
  return in_plugin(S, L, PLU_LOAD, &load);
}
