/* Values that the host holds on to, and the two marks for JSON. */
#include "bridge.h"

/* [-1, +0, m] Takes the value on top of L; returns the number that brings it back. */
int plu_reference(lua_State *L) {
  return luaL_ref(L, LUA_REGISTRYINDEX);
}

void plu_release_reference(plu_state *S, int reference) { luaL_unref(S->main, LUA_REGISTRYINDEX, reference); }

/* [-0, +1, -] Pushes the metatable that says "this table is a list, even when empty". */
void plu_push_array_mark(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &plu_array_key);
}

/* [-0, +0, -] */
bool plu_is_marked_array(lua_State *L, int index) {
  if (!lua_getmetatable(L, index)) return false;
  plu_push_array_mark(L);
  bool same = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  return same;
}

/* [-0, +1, -] Pushes the value that stands for JSON's null inside of tables. */
void plu_push_null(lua_State *L) { lua_pushlightuserdata(L, (void *)(uintptr_t)&plu_array_key); }

/* [-0, +0, -] */
bool plu_is_null(lua_State *L, int index) {
  return lua_type(L, index) == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == (void *)(uintptr_t)&plu_array_key;
}
