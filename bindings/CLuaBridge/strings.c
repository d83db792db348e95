/* string.rep, upper, lower, reverse, byte and char; semantics follow Lua 5.4's lstrlib.c. */
#include "library.h"
#include "text.h"

#include <ctype.h>

/* [-0, +0, e] Fills TO with LENGTH bytes: the first PERIOD of them, which are there, again and again. */
static void repeat(lua_State *L, char *to, size_t period, size_t length) {
  size_t most = period < PLU_PIECE ? PLU_PIECE - PLU_PIECE % period : period;
  for (size_t done = period; done < length;) {
    size_t piece = done < most ? done : most;
    if (piece > length - done) piece = length - done;
    plu_copy(L, to + done, to, piece);
    done += piece;
    plu_poll(L);
  }
}

/* [-n, +1, e] string.rep(s, n, separator) */
int plu_string_rep(lua_State *L) {
  size_t length, separator_length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer n = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &separator_length);
  size_t period = length + separator_length;
  if (n <= 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (period < length || period > PLU_MAX_TEXT / (size_t)n) return luaL_error(L, "resulting string too large");
  size_t total = (size_t)n * period - separator_length;
  luaL_Buffer result;
  char *text = luaL_buffinitsize(L, &result, total);
  if (total > 0) {
    plu_copy(L, text, s, length);
    if (n > 1) plu_copy(L, text + length, separator, separator_length);
    repeat(L, text, n > 1 ? period : length, total);
  }
  luaL_pushresultsize(&result, total);
  return 1;
}

static inline char map_byte(unsigned char c, bool upper) { return (char)(upper ? toupper(c) : tolower(c)); }

/* By a table where that pays: the library's functions look up the locale each time. */
static inline void map_case(char *restrict to, const char *restrict from, size_t length, bool upper) {
  if (length < 2 * (UCHAR_MAX + 1)) {
    for (size_t i = 0; i < length; i++) to[i] = map_byte((unsigned char)from[i], upper);
    return;
  }
  char table[UCHAR_MAX + 1];
  for (int c = 0; c <= UCHAR_MAX; c++) table[c] = map_byte((unsigned char)c, upper);
  for (size_t i = 0; i < length; i++) to[i] = table[(unsigned char)from[i]];
}

/* The last byte of FROM comes first. */
static inline void mirror(char *restrict to, const char *restrict from, size_t length) {
  for (size_t i = 0; i < length; i++) to[i] = from[length - i - 1];
}

/* [-n, +1, e] What lower and upper share. */
static inline int change_case(lua_State *L, bool upper) {
  size_t length;
  luaL_Buffer result;
  const char *s = luaL_checklstring(L, 1, &length);
  char *text = luaL_buffinitsize(L, &result, length);
  for (size_t done = 0; done < length;) {
    size_t end = length - done > PLU_PIECE ? done + PLU_PIECE : length;
    map_case(text + done, s + done, end - done, upper);
    done = end;
    plu_poll(L);
  }
  luaL_pushresultsize(&result, length);
  return 1;
}

/* [-n, +1, e] string.lower(s) */
int plu_string_lower(lua_State *L) { return change_case(L, false); }

/* [-n, +1, e] string.upper(s) */
int plu_string_upper(lua_State *L) { return change_case(L, true); }

/* [-n, +1, e] string.reverse(s) */
int plu_string_reverse(lua_State *L) {
  size_t length;
  luaL_Buffer result;
  const char *s = luaL_checklstring(L, 1, &length);
  char *text = luaL_buffinitsize(L, &result, length);
  for (size_t done = 0; done < length;) {
    size_t end = length - done > PLU_PIECE ? done + PLU_PIECE : length;
    mirror(text + done, s + length - end, end - done);
    done = end;
    plu_poll(L);
  }
  luaL_pushresultsize(&result, length);
  return 1;
}

/* [-n, +n, e] string.byte(s, i, j) */
int plu_string_byte(lua_State *L) {
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer first = luaL_optinteger(L, 2, 1);
  size_t start = plu_start_position(first, length);
  size_t end = plu_end_position(L, 3, first, length);
  if (start > end) return 0;
  if (end - start >= (size_t)INT_MAX) return luaL_error(L, "string slice too long");
  int count = (int)(end - start) + 1;
  luaL_checkstack(L, count, "string slice too long");
  for (size_t i = start; i <= end; i++) {
    if (i % PLU_PIECE == 0) plu_poll(L);
    lua_pushinteger(L, (unsigned char)s[i - 1]);
  }
  return count;
}

/* [-n, +1, e] string.char(...) */
int plu_string_char(lua_State *L) {
  int count = lua_gettop(L);
  luaL_Buffer result;
  char *text = luaL_buffinitsize(L, &result, (size_t)count);
  for (int i = 1; i <= count; i++) {
    if (i % PLU_PIECE == 0) plu_poll(L);
    lua_Unsigned code = (lua_Unsigned)luaL_checkinteger(L, i);
    luaL_argcheck(L, code <= UCHAR_MAX, i, "value out of range");
    text[i - 1] = (char)code;
  }
  luaL_pushresultsize(&result, (size_t)count);
  return 1;
}
