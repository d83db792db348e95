/*
** What every environment has in place of Lua's functions for coroutines and message
** handlers. They do as Lua's own, and besides carry the end of a call
** from a coroutine to the one that resumed it, and let no code of a script run
** where a hook's error has turned hooks off.
*/
#include "bridge.h"

enum { PLU_CLOSINGS = 100, PLU_SEARCHED_LEVELS = 1000 };

/* Bytes of the C stack beyond which no coroutine is closed: what it may use itself must fit beside them. */
enum { PLU_CLOSING_STACK = 128 * 1024 };

/* Returned in place of a number of results. */
enum { PLU_FAILED = -1, PLU_WAITS = -2 };

/*
** [-arguments, +results, -] Resumes CO, which may be suspended by a wait. Returns the number of results,
** PLU_FAILED with the error value on top of L, or PLU_WAITS.
*/
static int go_on(lua_State *L, lua_State *co, int arguments) {
  if (!lua_checkstack(co, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return PLU_FAILED;
  }
  lua_xmove(L, co, arguments);
  int results;
  plu_state *S = plu_state_of(L);
  if (lua_status(co) == LUA_OK) plu_charge_instructions(S); /* its count begins anew */
  plu_pass_stop(co);
  bool could_not_yield = S->cannot_yield;
  if (!lua_isyieldable(L)) S->cannot_yield = true;
  S->running = co;
  int status = lua_resume(co, L, arguments, &results);
  S->running = L;
  S->cannot_yield = could_not_yield;
  plu_pass_stop(L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return PLU_FAILED;
  }
  if (S->waits && status == LUA_YIELD) return PLU_WAITS;
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return PLU_FAILED;
  }
  lua_xmove(co, L, results);
  return results;
}

/* [-arguments, +results, -] As go_on, for a script, which cannot end a wait. */
static int resume(lua_State *L, lua_State *co, int arguments) {
  if (plu_state_of(L)->waiting > 0 && plu_is_waiting(co)) {
    lua_pushliteral(L, "cannot resume a coroutine that waits for the host");
    return PLU_FAILED;
  }
  return go_on(L, co, arguments);
}

/*
** Whether another coroutine may be closed from here. Lua does not count on from the C
** levels of whoever closes it, so that a few of them, each deep itself, could use up the stack.
*/
static bool has_stack_to_close(const plu_state *S) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  return (here < S->stack ? S->stack - here : here - S->stack) < PLU_CLOSING_STACK;
}

/* [-0, +0, e] lua_resetthread, which runs CO's <close> variables. */
static int reset(lua_State *L, lua_State *co) {
  plu_state *S = plu_state_of(L);
  /* Lua does not count these C levels: a __close may close the next coroutine, and so on */
  if (S->closings >= PLU_CLOSINGS || !has_stack_to_close(S)) return luaL_error(L, "C stack overflow: too many coroutines close each other");
  S->closings++;
  plu_pass_stop(co);
  S->running = co;
  int status = lua_resetthread(co);
  S->running = L;
  S->closings--;
  plu_pass_stop(L);
  return status;
}

static lua_State *check_coroutine(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "thread");
  return co;
}

static int resume_waited(lua_State *L, int status, lua_KContext context);

/* [-results, +results, e] */
static int end_resume(lua_State *L, int results) {
  if (results == PLU_WAITS) return plu_wait(L, resume_waited);
  bool succeeded = results >= 0;
  if (!succeeded) results = 1;
  lua_pushboolean(L, succeeded);
  lua_insert(L, -(results + 1));
  return results + 1;
}

static int resume_waited(lua_State *L, int status, lua_KContext context) {
  (void)context;
  if (status != LUA_YIELD) return lua_error(L); /* it did not come to wait */
  return end_resume(L, go_on(L, lua_tothread(L, 1), 0));
}

/* coroutine.resume(co, ...) */
int plu_lib_resume(lua_State *L) {
  lua_State *co = check_coroutine(L);
  return end_resume(L, resume(L, co, lua_gettop(L) - 1));
}

static int wrapped_waited(lua_State *L, int status, lua_KContext context);

/* [-results, +results, e] */
static int end_wrapped(lua_State *L, lua_State *co, int results) {
  if (results >= 0) return results;
  if (results == PLU_WAITS) return plu_wait(L, wrapped_waited);
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD && !plu_is_beyond_reach(co)) {
    status = reset(L, co);
    lua_xmove(co, L, 1);          /* the error, or that of a __close */
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int wrapped_waited(lua_State *L, int status, lua_KContext context) {
  (void)context;
  if (status != LUA_YIELD) return lua_error(L); /* it did not come to wait */
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  return end_wrapped(L, co, go_on(L, co, 0));
}

/* What coroutine.wrap returns. */
static int wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  return end_wrapped(L, co, resume(L, co, lua_gettop(L)));
}

/* coroutine.wrap(f) */
int plu_lib_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

/* coroutine.close(co) */
int plu_lib_close(lua_State *L) {
  lua_State *co = check_coroutine(L);
  lua_Debug frame;
  if (co == L) return luaL_error(L, "cannot close a running coroutine");
  if (lua_status(co) == LUA_OK && lua_getstack(co, 0, &frame)) return luaL_error(L, "cannot close a normal coroutine");
  if (plu_state_of(L)->waiting > 0 && plu_is_waiting(co)) return luaL_error(L, "cannot close a coroutine that waits for the host");
  if (plu_is_beyond_reach(co) || (plu_was_stopped(co) && plu_has_handler(co))) return luaL_error(L, "cannot close a coroutine that the time limit ended");
  bool succeeded = reset(L, co) == LUA_OK;
  lua_pushboolean(L, succeeded);
  if (succeeded) return 1;
  lua_xmove(co, L, 1);
  return 2;
}

static int yield_all(lua_State *L) { return lua_yield(L, lua_gettop(L)); }

static int yield_ended(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return lua_gettop(L);
}

/*
** coroutine.yield(...). Inside of a pcall without a handler: Lua 5.4.4 keeps the handler of
** an xpcall that the coroutine is suspended in, and calls what lies in its place
** should the coroutine be closed (fixed in 5.4.8).
*/
int plu_lib_yield(lua_State *L) {
  if (!lua_isyieldable(L)) return luaL_error(L, "attempt to yield across a C-call boundary");
  lua_pushcfunction(L, yield_all);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, 0, yield_ended);
  return status == LUA_OK ? yield_ended(L, status, 0) : lua_error(L);
}

/*
** [-0, +0, -] Whether L was, or may have been, stopped inside of an xpcall: 5.4.4 would call what lies
** in the handler's place if L were closed. To find a level Lua counts from the top, so a deep stack is not searched.
*/
bool plu_has_handler(lua_State *L) {
  lua_Debug frame;
  for (int level = 0; level < PLU_SEARCHED_LEVELS; level++) {
    if (!lua_getstack(L, level, &frame)) return false;
    lua_getinfo(L, "f", &frame);
    bool is_handler = lua_tocfunction(L, -1) == plu_lib_xpcall;
    lua_pop(L, 1);
    if (is_handler) return true;
  }
  return true;
}

/* A message handler that does not run once the call was stopped, since hooks would be off in it. */
static int handle(lua_State *L) {
  lua_settop(L, 1);
  if (plu_state_of(L)->stopped != PLU_RUNNING) return 1;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

static int xpcall_ended(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return lua_gettop(L);
}

/* xpcall(f, handler, ...): Lua's own (upvalue 1); a handler written in Lua is guarded. */
int plu_lib_xpcall(lua_State *L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  plu_state_of(L)->used_handlers = true;
  if (!lua_iscfunction(L, 2)) {
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, handle, 1);
    lua_replace(L, 2);
  }
  int arguments = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_callk(L, arguments, LUA_MULTRET, 0, xpcall_ended);
  return lua_gettop(L);
}
