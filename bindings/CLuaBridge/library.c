/* What the sandbox has in place of Lua's own functions. */
#include "bridge.h"

#include <string.h>

/* [-0, +0, m] Hands one line to the host. */
static void output(lua_State *L, int32_t stream, const char *text, size_t length) {
  plu_state *S = plu_state_of(L);
  plu_to_host(S, L);
  S->host.output(S->host.context, stream, text, length);
  plu_to_plugin(S, L);
}

/* print(...): the values as tostring gives them, between tabs. */
int plu_lib_print(lua_State *L) {
  int count = lua_gettop(L);
  luaL_Buffer line;
  luaL_buffinit(L, &line);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&line, '\t');
    luaL_tolstring(L, i, NULL);
    luaL_addvalue(&line);
    plu_poll(L);
  }
  luaL_pushresult(&line);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  output(L, PLU_PRINT, text, length);
  return 0;
}

/* warn(part, ...): strings only, as in Lua; control messages (one part, such as "@on") are dropped. */
int plu_lib_warn(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checkstring(L, 1);
  for (int i = 2; i <= count; i++) luaL_checkstring(L, i);
  lua_concat(L, count);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  if (count == 1 && length > 0 && text[0] == '@') return 0;
  output(L, PLU_WARN, text, length);
  return 0;
}

/*
** [-0, +0, m] Keeps the metatable of the table at 1 alive as long as the table, if it takes the
** place of another: Lua 5.4.4 to 5.4.8 can free the metatable of an all-weak table
** that got it in the middle of a collection.
*/
static void anchor_metatable(lua_State *L) {
  plu_state *S = plu_state_of(L);
  bool has_one = lua_getmetatable(L, 1);
  lua_settop(L, 2);
  if (!has_one && !S->has_anchors) return;
  S->has_anchors = true;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_anchors_key);
  lua_pushvalue(L, 1);
  if (has_one || lua_rawget(L, 3) != LUA_TNIL) {
    lua_settop(L, 3);
    lua_pushvalue(L, 1);
    if (lua_isnil(L, 2))
      lua_pushboolean(L, 1);
    else
      lua_pushvalue(L, 2);
    lua_rawset(L, 3);
  }
  lua_settop(L, 2);
}

/*
** setmetatable(table, metatable): as Lua's, but refuses '__gc', which Lua would
** run with hooks off and therefore without a limit.
*/
int plu_lib_setmetatable(lua_State *L) {
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
  if (type == LUA_TTABLE) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL)
      return luaL_error(L, "a plugin's metatable cannot have '__gc': use a '<close>' variable or the plugin's cleanup");
  }
  lua_settop(L, 2);
  anchor_metatable(L);
  lua_setmetatable(L, 1);
  return 1;
}

/* collectgarbage("count"): KiB in use, as the quota counts them. The rest would let a plugin steer the collector. */
int plu_lib_collectgarbage(lua_State *L) {
  const char *option = luaL_optstring(L, 1, "collect");
  if (strcmp(option, "count") != 0)
    return luaL_error(L, "collectgarbage answers \"count\" only, not \"%s\": memory is collected without being asked", option);
  lua_pushnumber(L, (lua_Number)plu_memory_used(plu_state_of(L)) / 1024);
  return 1;
}

/* require(name): a module that the host finds, run once. */
int plu_lib_require(lua_State *L) {
  plu_state *S = plu_state_of(L);
  size_t name_length;
  const char *name = luaL_checklstring(L, 1, &name_length);
  lua_settop(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_modules_key);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, 2) != LUA_TNIL) {
    if (lua_touserdata(L, 3) == (void *)(uintptr_t)&plu_modules_key)
      return luaL_error(L, "module '%s' is in a require loop, or failed when it was first required", name);
    return 1;
  }
  lua_settop(L, 2);
  plu_to_host(S, L);
  bool found = S->host.module(S->host.context, L, name, name_length);
  plu_to_plugin(S, L);
  if (!found) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
    return lua_error(L);
  }
  plu_settle_memory(S, L);
  size_t length; /* 3: text, 4: chunk name */
  const char *text = lua_tolstring(L, 3, &length);
  if (!plu_compile(L, text, length, lua_tostring(L, 4))) return lua_error(L);
  lua_replace(L, 3);
  lua_settop(L, 3);
  lua_pushvalue(L, 1);
  lua_pushlightuserdata(L, (void *)(uintptr_t)&plu_modules_key);
  lua_rawset(L, 2);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -2);
  lua_rawset(L, 2);
  return 1;
}
