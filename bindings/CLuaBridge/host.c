/* Host functions and objects as Lua sees them. */
#include "bridge.h"

static int waited(lua_State *L, int status, lua_KContext context);

/* [-results, +results, e] The host has run, and its frame is gone: only now is anything raised. */
PLU_INLINE int leave_host(plu_state *S, lua_State *L, int32_t results) {
  plu_to_plugin(S, L);
  if (results < 0) {
    if (results == PLU_RAISE) return lua_error(L);
    lua_settop(L, 0);
    return plu_wait(L, waited);
  }
  if (S->overdrawn || plu_is_over_quota(S, 0)) plu_settle_memory(S, L);
  return results;
}

/* [-all, +m, e] Runs host function number FUNCTION for the C function that Lua called. */
PLU_INLINE int call_host(lua_State *L, int64_t function) {
  plu_state *S = plu_state_of(L);
  plu_to_host(S, L);
  return leave_host(S, L, S->host.call(S->host.context, L, function));
}

/* [-n, +m, e] What Lua calls in place of a Swift closure. */
static int trampoline(lua_State *L) { return call_host(L, (int64_t)lua_tointeger(L, lua_upvalueindex(1))); }

/* [-0, +m, e] What Lua calls once the host function has come to its end for which the call was suspended. */
static int waited(lua_State *L, int status, lua_KContext context) {
  (void)context;
  plu_state *S = plu_state_of(L);
  if (status != LUA_YIELD) return lua_error(L); /* it did not come to wait */
  plu_to_host(S, L);
  return leave_host(S, L, S->host.finish(S->host.context, L));
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
  plu_set_mode(S, false);
  S->host.release(S->host.context, object, closed);
  plu_set_mode(S, in_plugin);
  S->running = running;
  return 0;
}

static int collect_object(lua_State *L) { return release(L, false); }

static int close_object(lua_State *L) { return release(L, true); }

/* [-0, +1, m] Pushes a metatable for objects of TYPE, with what all of them have; room for SIZE more. */
static void push_metatable(lua_State *L, int64_t type, const char *name, int size) {
  lua_createtable(L, 0, 5 + size);
  lua_pushinteger(L, (lua_Integer)type);
  lua_rawsetp(L, -2, &plu_object_key); /* what tells an object from other userdata */
  lua_pushcfunction(L, collect_object);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, close_object);
  lua_setfield(L, -2, "__close");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
}

/* [-0, +0, m] Makes the metatable of opaque objects. */
void plu_open_objects(lua_State *L) {
  push_metatable(L, PLU_OPAQUE, "host object", 0);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_object_key);
}

/* [-1, +1, m] Puts an object with the metatable on top in its place; OBJECT is the host's number for it, not 0. */
static void make_object(lua_State *L, int64_t object) {
  int64_t *box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = object;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
}

/* [-0, +1, m] Pushes an object that can do nothing but be closed. */
void plu_push_object(lua_State *L, int64_t object) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_object_key);
  make_object(L, object);
}

/* [-0, +0, -] The type of the object at INDEX, open or closed; PLU_NO_OBJECT where there is none. */
int64_t plu_object_type(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return PLU_NO_OBJECT;
  bool is_one = lua_rawgetp(L, -1, &plu_object_key) == LUA_TNUMBER;
  int64_t type = is_one ? (int64_t)lua_tointeger(L, -1) : PLU_NO_OBJECT;
  lua_pop(L, 2);
  return type;
}

/* [-0, +0, -] Whether there is an object at INDEX that is still open, and its number. */
bool plu_to_object(lua_State *L, int index, int64_t *object) {
  if (plu_object_type(L, index) == PLU_NO_OBJECT) return false;
  *object = *(int64_t *)lua_touserdata(L, index);
  return *object != 0;
}

/*
** [-0, +1, e] __index(object, name). Upvalue 1 has the type's members: a method as the function that it is, a property as
** the number of the host function that reads it. Upvalue 2 is the number of the one that knows no such name.
*/
static int get_member(lua_State *L) {
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  int kind = lua_rawget(L, lua_upvalueindex(1));
  if (kind == LUA_TFUNCTION) return 1;
  int64_t function = (int64_t)lua_tointeger(L, kind == LUA_TNUMBER ? 3 : lua_upvalueindex(2));
  lua_settop(L, 2);
  return call_host(L, function);
}

/* [-0, +0, e] __newindex(object, name, value). As get_member, with the properties that can be set. */
static int set_member(lua_State *L) {
  lua_settop(L, 3);
  lua_pushvalue(L, 2);
  bool is_known = lua_rawget(L, lua_upvalueindex(1)) == LUA_TNUMBER;
  int64_t function = (int64_t)lua_tointeger(L, is_known ? 4 : lua_upvalueindex(2));
  lua_settop(L, 3);
  return call_host(L, function);
}

/* [-0, +1, -] __tostring. Upvalue 1 is the type's name. */
static int name_object(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

/* [-0, +1, m] Pushes the table that finds typed objects again, under the host's place for each. */
static void push_objects(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_objects_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_objects_key);
}

/*
** [-2, +1, m] Makes the metatable of the objects of TYPE, not PLU_OPAQUE, from its members and, on top, the properties that
** can be set: see get_member and set_member. UNKNOWN is the host function for names that are in neither.
*/
void plu_push_object_type(lua_State *L, int64_t type, const char *name, int64_t unknown) {
  push_metatable(L, type, name, 3);
  lua_getfield(L, -1, "__name");
  lua_pushcclosure(L, name_object, 1);
  lua_setfield(L, -2, "__tostring");
  lua_insert(L, -3);
  lua_pushinteger(L, (lua_Integer)unknown);
  lua_pushcclosure(L, set_member, 2);
  lua_setfield(L, -3, "__newindex");
  lua_pushinteger(L, (lua_Integer)unknown);
  lua_pushcclosure(L, get_member, 2);
  lua_setfield(L, -2, "__index");
}

/* [-1, +1, m] Puts an object with the metatable on top in its place, to be found again at PLACE. */
void plu_make_typed_object(lua_State *L, int64_t object, int64_t place) {
  make_object(L, object);
  push_objects(L);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, (lua_Integer)place);
  lua_pop(L, 1);
}

/*
** [-0, +0|1, -] Pushes the object that was made for PLACE, if the script still has it and it has that number. Some object was
** made before.
*/
bool plu_find_typed_object(lua_State *L, int64_t object, int64_t place) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_objects_key);
  lua_rawgeti(L, -1, (lua_Integer)place);
  lua_remove(L, -2);
  int64_t found = 0;
  if (plu_to_object(L, -1, &found) && found == object) return true;
  lua_pop(L, 1);
  return false;
}
