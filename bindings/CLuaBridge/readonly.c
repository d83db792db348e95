/* Tables of the host that a script can read and not change: ctx and its parts. */
#include "bridge.h"

/* __newindex */
static int refuse(lua_State *L) {
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  return luaL_error(L, "cannot set '%s': the table is the host's, and read-only", key);
}

/* [-0, +0|1, -] Pushes the table behind the proxy at INDEX; pushes nothing and returns false if that is none. */
bool plu_unwrap(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return false;
  lua_pushliteral(L, "__newindex"); /* interned when the state was opened */
  bool is_proxy = lua_rawget(L, -2) == LUA_TFUNCTION && lua_tocfunction(L, -1) == refuse;
  lua_pop(L, 1);
  if (is_proxy) {
    lua_pushliteral(L, "__index");
    lua_rawget(L, -2);
    lua_remove(L, -2);
    return true;
  }
  lua_pop(L, 1);
  return false;
}

/* __len */
static int length(lua_State *L) {
  if (!plu_unwrap(L, 1)) return luaL_argerror(L, 1, "read-only table expected");
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
  return 1;
}

/* What __pairs iterates with: as 'next', and never shows the table itself. */
static int next_pair(lua_State *L) {
  lua_settop(L, 2);
  if (!plu_unwrap(L, 1)) return luaL_argerror(L, 1, "read-only table expected");
  lua_pushvalue(L, 2);
  if (lua_next(L, 3)) return 2;
  lua_pushnil(L);
  return 1;
}

/* __pairs */
static int pairs(lua_State *L) {
  lua_settop(L, 1);
  lua_pushcfunction(L, next_pair);
  lua_insert(L, 1);
  lua_pushnil(L);
  return 3;
}

/*
** [-1, +1, m] Puts a proxy in place of the table on top, and of the tables in it. False when they
** are nested too deep, and are not all protected then. Host mode.
*/
bool plu_protect(lua_State *L) {
  static const luaL_Reg methods[] = {{"__newindex", refuse}, {"__len", length}, {"__pairs", pairs}, {NULL, NULL}};
  if (!lua_checkstack(L, 8)) return false;
  int table = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, table)) {
    if (lua_type(L, -1) == LUA_TTABLE && !plu_unwrap(L, -1)) {
      if (!plu_protect(L)) return false;
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, table);
    } else {
      lua_settop(L, table + 1);
    }
  }
  lua_newtable(L);
  lua_createtable(L, 0, 5);
  for (const luaL_Reg *method = methods; method->name != NULL; method++) {
    lua_pushcfunction(L, method->func);
    lua_setfield(L, -2, method->name);
  }
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, table);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_replace(L, table);
  return true;
}

/* rawset(table, key, value): as Lua's, but for the host's tables. */
int plu_lib_rawset(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  if (plu_unwrap(L, 1)) return luaL_error(L, "cannot set a field of the host's table, which is read-only");
  lua_rawset(L, 1);
  return 1;
}
