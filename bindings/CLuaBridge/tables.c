/* table.concat, insert, move, pack, remove and unpack; semantics follow Lua 5.4's ltablib.c. */
#include "library.h"
#include "tables.h"
#include "text.h"

/* [-0, +1, m] Whether the metatable, N below the top, has KEY. */
static bool has_field(lua_State *L, const char *key, int n) {
  lua_pushstring(L, key);
  return lua_rawget(L, -n) != LUA_TNIL;
}

/* [-0, +0, e] Raises unless argument ARG is a table, or has metamethods for the OPERATIONS. */
static void check_table(lua_State *L, int arg, int operations) {
  if (lua_type(L, arg) == LUA_TTABLE) return;
  int pushed = 1;
  if (lua_getmetatable(L, arg) && (!(operations & PLU_READ) || has_field(L, "__index", ++pushed)) &&
      (!(operations & PLU_WRITE) || has_field(L, "__newindex", ++pushed)) &&
      (!(operations & PLU_LENGTH) || has_field(L, "__len", ++pushed)))
    lua_pop(L, pushed);
  else
    luaL_checktype(L, arg, LUA_TTABLE);
}

/* [-0, +0, e] The length of argument 1, which must be capable of the OPERATIONS. */
lua_Integer plu_check_length(lua_State *L, int operations) {
  check_table(L, 1, operations | PLU_LENGTH);
  return luaL_len(L, 1);
}

/* [-n, +0, e] table.insert(list, position, value) */
int plu_table_insert(lua_State *L) {
  lua_Integer position;
  lua_Integer end = luaL_intop(+, plu_check_length(L, PLU_READ | PLU_WRITE), 1);
  switch (lua_gettop(L)) {
    case 2: position = end; break;
    case 3:
      position = luaL_checkinteger(L, 2);
      luaL_argcheck(L, (lua_Unsigned)position - 1u < (lua_Unsigned)end, 2, "position out of bounds");
      for (lua_Integer i = end; i > position; i--) {
        lua_geti(L, 1, i - 1);
        lua_seti(L, 1, i);
        plu_poll(L);
      }
      break;
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_seti(L, 1, position);
  return 0;
}

/* [-n, +1, e] table.remove(list, position) */
int plu_table_remove(lua_State *L) {
  lua_Integer length = plu_check_length(L, PLU_READ | PLU_WRITE);
  lua_Integer position = luaL_optinteger(L, 2, length);
  if (position != length) /* Lua 5.4.4 names argument 1 here */
    luaL_argcheck(L, (lua_Unsigned)position - 1u <= (lua_Unsigned)length, 1, "position out of bounds");
  lua_geti(L, 1, position);
  for (; position < length; position++) {
    lua_geti(L, 1, position + 1);
    lua_seti(L, 1, position);
    plu_poll(L);
  }
  lua_pushnil(L);
  lua_seti(L, 1, position);
  return 1;
}

/* [-n, +1, e] table.move(from, first, last, to, into) */
int plu_table_move(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 2);
  lua_Integer last = luaL_checkinteger(L, 3);
  lua_Integer to = luaL_checkinteger(L, 4);
  int into = lua_isnoneornil(L, 5) ? 1 : 5;
  check_table(L, 1, PLU_READ);
  check_table(L, into, PLU_WRITE);
  if (last >= first) {
    luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
    lua_Integer count = last - first + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    bool upwards = to > last || to <= first || (into != 1 && !lua_compare(L, 1, into, LUA_OPEQ));
    for (lua_Integer n = 0; n < count; n++) {
      lua_Integer i = upwards ? n : count - 1 - n; /* nothing is overwritten before it was moved */
      lua_geti(L, 1, first + i);
      lua_seti(L, into, to + i);
      plu_poll(L);
    }
  }
  lua_pushvalue(L, into);
  return 1;
}

/* [-0, +0, e] */
static void add_element(lua_State *L, luaL_Buffer *result, lua_Integer i) {
  lua_geti(L, 1, i);
  if (!lua_isstring(L, -1))
    luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)i);
  luaL_addvalue(result);
  plu_poll(L);
}

/* [-n, +1, e] table.concat(list, separator, first, last) */
int plu_table_concat(lua_State *L) {
  luaL_Buffer result;
  lua_Integer last = plu_check_length(L, PLU_READ);
  size_t length;
  const char *separator = luaL_optlstring(L, 2, "", &length);
  lua_Integer i = luaL_optinteger(L, 3, 1);
  last = luaL_optinteger(L, 4, last);
  luaL_buffinit(L, &result);
  for (; i < last; i++) {
    add_element(L, &result, i);
    luaL_addlstring(&result, separator, length);
  }
  if (i == last) add_element(L, &result, i);
  luaL_pushresult(&result);
  return 1;
}

/* [-n, +1, e] table.pack(...) */
int plu_table_pack(lua_State *L) {
  int count = lua_gettop(L);
  lua_createtable(L, count, 1);
  lua_insert(L, 1);
  for (int i = count; i >= 1; i--) {
    lua_seti(L, 1, i);
    plu_poll(L);
  }
  lua_pushinteger(L, count);
  lua_setfield(L, 1, "n");
  return 1;
}

/* Elements between two polls. */
enum { PLU_UNPACKED = 128 };

/* [-n, +n, e] table.unpack(list, first, last) */
int plu_table_unpack(lua_State *L) {
  lua_Integer first = luaL_optinteger(L, 2, 1);
  lua_Integer last = luaL_opt(L, luaL_checkinteger, 3, luaL_len(L, 1));
  if (first > last) return 0;
  lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first; /* less 1, which could overflow */
  if (count >= (unsigned int)INT_MAX || !lua_checkstack(L, (int)++count)) return luaL_error(L, "too many results to unpack");
  lua_Integer i = first;
  while (i < last) { /* last + 1 could overflow */
    lua_Integer pause = last - i > PLU_UNPACKED ? i + PLU_UNPACKED : last;
    for (; i < pause; i++) lua_geti(L, 1, i);
    plu_poll(L);
  }
  lua_geti(L, 1, last);
  return (int)count;
}
