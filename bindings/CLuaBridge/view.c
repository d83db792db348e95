/* What the host does for a view of a table, besides raw reads. */
#include "bridge.h"

static int next_pair(lua_State *L) {
  return lua_next(L, 1) ? 2 : 0;
}

/*
** [-1, +(2|0), -] As lua_next, which raises once the table was changed so that the key's place in it is lost: the host
** may have called the script between two pairs. 1 with a pair, 0 at the end, -1 where the place is lost. Host mode, with credit.
*/
int32_t plu_next(lua_State *L, int table) {
  table = lua_absindex(L, table);
  lua_pushcfunction(L, next_pair);
  lua_insert(L, -2);
  lua_pushvalue(L, table);
  lua_insert(L, -2);
  int status = lua_pcall(L, 2, 2, 0);
  if (status == LUA_OK && !lua_isnil(L, -2)) return 1;
  lua_pop(L, status == LUA_OK ? 2 : 1);
  return status == LUA_OK ? 0 : -1;
}
