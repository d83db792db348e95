/*
** How a call ends that must: the hook yields where it can, which pcall does not
** see, and elsewhere raises an error at every instruction until it can; and the
** last resort, for stretches of Lua's own C in which no hook runs.
*/
#include "bridge.h"

/* How many VM instructions a step of the deterministic mode has, and how many come before a hook for the next one. */
enum { PLU_HOOK_INTERVAL = 1000, PLU_HOOK_NEXT = 1 };

/* [-0, +0, -] HOOK runs before L's next instruction. */
static void hook_next(lua_State *L, lua_Hook hook) { lua_sethook(L, hook, LUA_MASKCOUNT, PLU_HOOK_NEXT); }

/* [-0, +0, -] Takes the hook of an ended call from L; the one that new coroutines inherit takes its place. */
void plu_unhook(lua_State *L) {
  lua_State *M = plu_state_of(L)->main;
  lua_sethook(L, lua_gethook(M), lua_gethookmask(M), lua_gethookcount(M));
}

/* [-0, +0, e] Ends the coroutine, or raises if it cannot be left. Runs only once the call must end. */
static void stop_hook(lua_State *L, lua_Debug *activation) {
  (void)activation;
  plu_state *S = plu_state_of(L);
  if (S->stopped == PLU_RUNNING) { /* left over from a call that has ended */
    plu_unhook(L);
    return;
  }
  if (S->stop.line == 0) plu_locate(L, NULL, 0, &S->stop);
  if (lua_isyieldable(L))
    lua_yield(L, 0);
  else
    plu_raise_stop(L);
}

/*
** [-0, +0, -] In the deterministic mode: a step's worth of instructions. Counted as well where
** a count begins anew, so that no script can keep it from ever coming to its end:
** in a new coroutine, and where another hook had the count's place.
*/
void plu_charge_instructions(plu_state *S) {
  if (S->budget.instructions == 0) return;
  S->instructions -= PLU_HOOK_INTERVAL;
  if (S->instructions < 0) plu_interrupt(S, PLU_INSTRUCTION_LIMIT);
}

/* [-0, +0, m] The first instruction after more was granted than the quota has. */
static void memory_hook(lua_State *L, lua_Debug *activation) {
  plu_state *S = plu_state_of(L);
  plu_charge_instructions(S);
  if (S->stopped != PLU_RUNNING) {
    stop_hook(L, activation);
  } else if (S->overdrawn) {
    /* an error leaves hooks off in a coroutine that it ends, which this hook tells */
    hook_next(L, stop_hook);
    plu_settle_memory(S, L);
    plu_unhook(L);
  } else { /* settled by another step already */
    plu_unhook(L);
  }
}

/* [-0, +0, -] More was granted than the quota has: the plugin gets its memory error at its next instruction. */
void plu_overdraw(plu_state *S) {
  if (S->overdrawn || S->stopped != PLU_RUNNING || S->running == NULL) return;
  S->overdrawn = true;
  hook_next(S->running, memory_hook);
}

/* [-0, +0, e] The deterministic mode: counts instructions. */
static void count_hook(lua_State *L, lua_Debug *activation) {
  plu_state *S = plu_state_of(L);
  plu_charge_instructions(S);
  if (S->stopped != PLU_RUNNING) stop_hook(L, activation);
}

/* Sets the hook that new coroutines inherit: none, unless instructions are counted. */
void plu_arm(plu_state *S) {
  if (S->budget.instructions != 0)
    lua_sethook(S->main, count_hook, LUA_MASKCOUNT, PLU_HOOK_INTERVAL);
  else
    lua_sethook(S->main, NULL, 0, 0);
}

/*
** Whether L stops at its next instruction already. lua_sethook visits every call of L:
** with a hundred thousand of them that takes longer than a tick, and the next signal
** finds it at work, and so on until the C stack is used up.
*/
static bool is_stopping(lua_State *L) {
  return lua_gethook(L) == stop_hook && lua_gethookmask(L) == LUA_MASKCOUNT && lua_gethookcount(L) == PLU_HOOK_NEXT;
}

/*
** [-0, +0, -] The call must end, for a reason that stays the first one given. May run in
** a signal handler on the thread of the call: lua_sethook is documented as safe there.
*/
void plu_interrupt(plu_state *S, int32_t reason) {
  if (S->stopped == PLU_RUNNING) S->stopped = reason;
  lua_State *L = S->running;
  if (L != NULL && !is_stopping(L)) hook_next(L, stop_hook);
}

/* [-0, +0, e] Asks the host whether the call is still wanted: on its own thread, where the host knows its task. */
static void question_hook(lua_State *L, lua_Debug *activation) {
  plu_state *S = plu_state_of(L);
  if (S->stopped != PLU_RUNNING) {
    stop_hook(L, activation);
    return;
  }
  plu_unhook(L);
  plu_to_host(S, L);
  bool is_cancelled = S->host.is_cancelled(S->host.context);
  plu_to_plugin(S, L);
  if (!is_cancelled) return;
  plu_interrupt(S, PLU_CANCELLED);
  stop_hook(L, activation);
}

/* [-0, +0, -] As plu_interrupt, for a question: only where nothing else waits for the next instruction. */
void plu_question(plu_state *S) {
  lua_State *L = S->running;
  if (S->host.is_cancelled != NULL && L != NULL && lua_gethook(L) == NULL) hook_next(L, question_hook);
}

/* [-0, +0, -] Makes L stop at its next instruction if the call must end, or is over its quota. */
void plu_pass_stop(lua_State *L) {
  plu_state *S = plu_state_of(L);
  if (S->stopped != PLU_RUNNING)
    hook_next(L, stop_hook);
  else if (S->overdrawn)
    hook_next(L, memory_hook);
}

/* [-0, +1, error] Raises what a script that catches it can do nothing with: the next instruction raises again. */
_Noreturn void plu_raise_stop(lua_State *L) {
  lua_settop(L, lua_gettop(L) < LUA_MINSTACK / 2 ? lua_gettop(L) : LUA_MINSTACK / 2);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_stop_key);
  lua_error(L);
  __builtin_unreachable();
}

/*
** Whether an error of the hook ended L. Such an error leaves L's hooks off for good,
** so no code of a script may run in L again outside of a call's end.
*/
bool plu_is_beyond_reach(lua_State *L) {
  int status = lua_status(L);
  return status != LUA_OK && status != LUA_YIELD && lua_gethook(L) == stop_hook;
}

/* Whether L was suspended by the end of a call, and did not run since. */
bool plu_was_stopped(lua_State *L) { return lua_status(L) == LUA_YIELD && lua_gethook(L) == stop_hook; }

/*
** The last resort: leaves Lua in the middle of a step, for the innermost call of
** the host. The state is never touched again. No Swift frame lies between, since
** a thread that is in the host is not signalled, and this does nothing there.
*/
void plu_leave_by_jump(plu_state *S) {
  S->leaves_late = 0;
  if (!S->sandboxed || S->exit == NULL) return;
  PLU_JUMP_TO_EXIT(S->exit);
}

/* [-0, +0, -] Back in the plugin, where something has to be done first: see bridge.h. */
void plu_return_to_plugin(plu_state *S, lua_State *L) {
  if (S->condemned) PLU_JUMP_TO_EXIT(S->exit);
  if (S->thread != NULL) {
    int32_t reason = plu_request(plu_innermost(S->thread));
    if (reason != PLU_RUNNING) plu_interrupt(S, reason);
  }
  plu_pass_stop(L);
  plu_pay_credit(S);
}
