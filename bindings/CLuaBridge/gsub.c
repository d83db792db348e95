/* string.gsub; semantics follow Lua 5.4's lstrlib.c. */
#include "library.h"
#include "matcher.h"
#include "text.h"

#include <ctype.h>

/* [-0, +0, e] Adds the text in argument 3, its '%n' filled in. */
static void add_text(plu_matcher *m, luaL_Buffer *result, const char *start, const char *end) {
  lua_State *L = m->L;
  size_t length;
  const char *text = lua_tolstring(L, 3, &length);
  const char *escape;
  while ((escape = plu_find_byte(L, text, '%', length)) != NULL) {
    plu_poll(L);
    luaL_addlstring(result, text, (size_t)(escape - text));
    char c = *++escape; /* at the text's end, the zero after it */
    if (c == '%') {
      luaL_addchar(result, c);
    } else if (c == '0') {
      luaL_addlstring(result, start, (size_t)(end - start));
    } else if (isdigit((unsigned char)c)) {
      const char *capture;
      ptrdiff_t size = plu_capture(m, c - '1', start, end, &capture);
      if (size == PLU_POSITION)
        luaL_addvalue(result);
      else
        luaL_addlstring(result, capture, (size_t)size);
    } else {
      luaL_error(L, "invalid use of '%c' in replacement string", '%');
    }
    length -= (size_t)(escape + 1 - text);
    text = escape + 1;
  }
  luaL_addlstring(result, text, length);
}

/* [-0, +0, e] Adds what takes the place of the match from START to END; returns whether it is something else. */
static bool add_replacement(plu_matcher *m, luaL_Buffer *result, const char *start, const char *end, int type) {
  lua_State *L = m->L;
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    int captures = plu_push_captures(m, start, end);
    lua_call(L, captures, 1);
  } else if (type == LUA_TTABLE) {
    plu_push_capture(m, 0, start, end);
    lua_gettable(L, 3);
  } else {
    add_text(m, result, start, end);
    return true;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(result, start, (size_t)(end - start));
    return false;
  }
  if (!lua_isstring(L, -1)) return luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  luaL_addvalue(result);
  return true;
}

/* [-n, +2, e] string.gsub(s, pattern, replacement, n) */
int plu_string_gsub(lua_State *L) {
  size_t length, pattern_length;
  const char *s = luaL_checklstring(L, 1, &length);
  const char *p = luaL_checklstring(L, 2, &pattern_length);
  const char *last = NULL; /* end of the last match, which an empty one must not repeat */
  int type = lua_type(L, 3);
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
  bool anchored = *p == '^';
  lua_Integer count = 0;
  bool changed = false;
  luaL_argexpected(
      L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3, "string/function/table");
  luaL_Buffer result;
  luaL_buffinit(L, &result);
  if (anchored) {
    p++;
    pattern_length--;
  }
  plu_matcher m;
  plu_prepare_matcher(&m, L, s, length, p, pattern_length);
  while (count < most) {
    plu_restart_matcher(&m);
    const char *end = plu_match(&m, s, p);
    if (end != NULL && end != last) {
      count++;
      if (add_replacement(&m, &result, s, end, type)) changed = true;
      s = last = end;
    } else if (s < m.subject_end) {
      luaL_addchar(&result, *s++);
    } else {
      break;
    }
    if (anchored) break;
  }
  if (changed) {
    luaL_addlstring(&result, s, (size_t)(m.subject_end - s));
    luaL_pushresult(&result);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_pushinteger(L, count);
  return 2;
}
