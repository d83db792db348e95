/*
** A value on its way from one state to another: laid flat in a buffer of the
** host's, so that neither state has to wait for the other, and no Swift value is
** made. What is out of the ordinary is not laid flat: the host then reads it as
** any value, which goes the long way or says what is wrong with it.
**
** A tag, and after it what the tag says: eight bytes of a number; the length of a
** string as a size_t and its bytes; how many parts a table has as an int32_t, and
** the parts, with the key as a string before each one of an object.
*/
#include "bridge.h"

#include <string.h>

enum {
  PLU_FLAT_DEPTH = 16,
  /* Table, key and value of each level, and what lua_next takes. */
  PLU_FLAT_SLOTS = 4 * PLU_FLAT_DEPTH,
};

static bool add(plu_flat *F, const void *bytes, size_t size) {
  if (F->room - F->size < size) return false;
  memcpy(F->bytes + F->size, bytes, size);
  F->size += size;
  return true;
}

static bool add_tag(plu_flat *F, unsigned char tag) { return add(F, &tag, 1); }

static bool add_string(plu_flat *F, lua_State *L, int index) {
  size_t size;
  const char *text = lua_tolstring(L, index, &size);
  return add(F, &size, sizeof size) && add(F, text, size);
}

/* Text that needs no look at whether it is UTF-8. */
static bool is_ascii(lua_State *L, int index) {
  size_t size;
  const char *text = lua_tolstring(L, index, &size);
  unsigned char all = 0;
  for (size_t i = 0; i < size; i++) all |= (unsigned char)text[i];
  return all < 0x80;
}

static bool flatten(lua_State *L, int index, plu_flat *F, int depth);

/*
** A table whose keys come as 1...n, or which has ASCII keys alone. Others, those with a metatable, and what lies too deep, as in a
** circle, are not for here.
*/
static bool flatten_table(lua_State *L, int table, plu_flat *F, int depth) {
  if (depth == PLU_FLAT_DEPTH || lua_getmetatable(L, table)) return false;
  size_t head = F->size;
  int32_t count = 0;
  bool is_array = true;
  if (!add_tag(F, PLU_FLAT_ARRAY) || !add(F, &count, sizeof count)) return false;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    if (count == 0) is_array = lua_isinteger(L, -2);
    if (is_array) {
      if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) != (lua_Integer)count + 1) return false;
    } else if (lua_type(L, -2) != LUA_TSTRING || !is_ascii(L, -2) || !add_string(F, L, -2)) {
      return false;
    }
    if (!flatten(L, lua_gettop(L), F, depth + 1)) return false;
    lua_pop(L, 1);
    count++;
  }
  if (!is_array) F->bytes[head] = PLU_FLAT_OBJECT;
  memcpy(F->bytes + head + 1, &count, sizeof count);
  return true;
}

static bool flatten(lua_State *L, int index, plu_flat *F, int depth) {
  switch (lua_type(L, index)) {
    case LUA_TNIL: return add_tag(F, PLU_FLAT_NIL);
    case LUA_TBOOLEAN: return add_tag(F, lua_toboolean(L, index) ? PLU_FLAT_TRUE : PLU_FLAT_FALSE);
    case LUA_TSTRING: return add_tag(F, PLU_FLAT_STRING) && add_string(F, L, index);
    case LUA_TTABLE: return flatten_table(L, index, F, depth);
    case LUA_TLIGHTUSERDATA: return plu_is_null(L, index) && add_tag(F, PLU_FLAT_NIL);
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) {
        lua_Integer integer = lua_tointeger(L, index);
        return add_tag(F, PLU_FLAT_INTEGER) && add(F, &integer, sizeof integer);
      } else {
        lua_Number number = lua_tonumber(L, index);
        return add_tag(F, PLU_FLAT_NUMBER) && add(F, &number, sizeof number);
      }
    default: return false;
  }
}

/* [-0, +0, -] Lays the value at INDEX flat, in place of what was there; false when it is none of those that can be. Host mode. */
bool plu_flatten(lua_State *L, int index, plu_flat *F) {
  int top = lua_gettop(L);
  F->size = 0;
  if (lua_type(L, index) == LUA_TTABLE && !lua_checkstack(L, PLU_FLAT_SLOTS)) return false;
  bool is_flat = flatten(L, lua_absindex(L, index), F, 0);
  lua_settop(L, top);
  return is_flat;
}

static const unsigned char *take(const unsigned char *from, void *to, size_t size) {
  memcpy(to, from, size);
  return from + size;
}

static const unsigned char *push_string(lua_State *L, const unsigned char *from) {
  size_t size;
  from = take(from, &size, sizeof size);
  lua_pushlstring(L, (const char *)from, size);
  return from + size;
}

static const unsigned char *push(lua_State *L, const unsigned char *from) {
  unsigned char tag = *from++;
  int32_t count;
  lua_Integer integer;
  lua_Number number;
  switch (tag) {
    case PLU_FLAT_STRING: return push_string(L, from);
    case PLU_FLAT_INTEGER:
      from = take(from, &integer, sizeof integer);
      lua_pushinteger(L, integer);
      return from;
    case PLU_FLAT_NUMBER:
      from = take(from, &number, sizeof number);
      lua_pushnumber(L, number);
      return from;
    case PLU_FLAT_ARRAY:
    case PLU_FLAT_OBJECT:
      from = take(from, &count, sizeof count);
      lua_createtable(L, tag == PLU_FLAT_ARRAY ? count : 0, tag == PLU_FLAT_ARRAY ? 0 : count);
      for (int32_t i = 1; i <= count; i++) {
        if (tag == PLU_FLAT_OBJECT) from = push_string(L, from);
        from = push(L, from);
        if (tag == PLU_FLAT_OBJECT)
          lua_rawset(L, -3);
        else
          lua_rawseti(L, -2, i);
      }
      return from;
    case PLU_FLAT_NIL: lua_pushnil(L); return from;
    default: lua_pushboolean(L, tag == PLU_FLAT_TRUE); return from;
  }
}

/* [-0, +(0|1), -] Makes the value anew; false, with nothing pushed, when there is no room on the stack. Host mode. */
bool plu_push_flat(plu_state *S, lua_State *L, const plu_flat *F) {
  if (!lua_checkstack(L, F->bytes[0] >= PLU_FLAT_ARRAY ? PLU_FLAT_SLOTS : 2)) return false;
  if (F->bytes[0] >= PLU_FLAT_STRING) plu_take_credit(S);
  push(L, F->bytes);
  return true;
}
