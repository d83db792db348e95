/* Host functions and objects as Lua sees them. */
#include "watchdog.h"

/*
** [-n, +m, e] What Lua calls in place of a Swift closure. Swift returns a status
** and its frame is gone before anything is raised.
*/
static int trampoline(lua_State *L) {
  plu_state *S = plu_state_of(L);
  int64_t function = (int64_t)lua_tointeger(L, lua_upvalueindex(1));
  plu_to_host(S, L);
  int32_t results = S->host.call(S->host.context, L, function);
  plu_to_plugin(S, L);
  if (results == PLU_RAISE) return lua_error(L);
  plu_settle_memory(S, L);
  return results;
}

/* [-0, +1, m] Pushes host function number FUNCTION. */
void plu_push_host_function(lua_State *L, int64_t function) {
  lua_pushinteger(L, (lua_Integer)function);
  lua_pushcclosure(L, trampoline, 1);
}

/* [-0, +1, m] Pushes a host function bound to an object, which lives as long as the function. */
void plu_push_host_method(lua_State *L, int64_t function, int64_t object) {
  lua_pushinteger(L, (lua_Integer)function);
  plu_push_object(L, object);
  lua_pushcclosure(L, trampoline, 2);
}

/* [-0, +0, -] Tells the host, once, that an object is gone. */
static int release(lua_State *L, bool closed) {
  int64_t *box = lua_touserdata(L, 1);
  if (box == NULL || *box == 0) return 0;
  int64_t object = *box;
  *box = 0;
  plu_state *S = plu_state_of(L);
  lua_State *running = S->running;
  bool in_plugin = S->in_plugin;
  if (closed) S->running = L; /* not in __gc, which may run on any coroutine */
  S->in_plugin = false;
  int32_t place = S->thread != NULL ? atomic_load_explicit(&S->thread->place, memory_order_relaxed) : PLU_OUT;
  if (S->thread != NULL) plu_set_place(S->thread, PLU_IN_HOST);
  S->host.release(S->host.context, object, closed);
  if (S->thread != NULL) plu_set_place(S->thread, place);
  S->running = running;
  S->in_plugin = in_plugin;
  return 0;
}

static int collect_object(lua_State *L) { return release(L, false); }

static int close_object(lua_State *L) { return release(L, true); }

/* [-0, +0, m] Makes the metatable of objects. */
void plu_open_objects(lua_State *L) {
  lua_createtable(L, 0, 4);
  lua_pushcfunction(L, collect_object);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, close_object);
  lua_setfield(L, -2, "__close");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushliteral(L, "host object");
  lua_setfield(L, -2, "__name");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_object_key);
}

/* [-0, +1, m] Pushes an object; OBJECT is the host's number for it, not 0. */
void plu_push_object(lua_State *L, int64_t object) {
  int64_t *box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = object;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_object_key);
  lua_setmetatable(L, -2);
}

/* [-0, +0, -] Whether there is an object at INDEX that is still open, and its number. */
bool plu_to_object(lua_State *L, int index, int64_t *object) {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_object_key);
  bool same = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  if (!same) return false;
  *object = *(int64_t *)lua_touserdata(L, index);
  return *object != 0;
}
