/* The utf8 library; semantics follow Lua 5.4's lutf8lib.c. */
#include "library.h"
#include "text.h"

enum { MOST_UNICODE = 0x10FFFF, MOST_ENCODED = 0x7FFFFFFF };

static inline bool continues(char c) { return (c & 0xC0) == 0x80; }

/* A position, negative from the end; 0 where that is before the text. */
static lua_Integer absolute(lua_Integer position, size_t length) {
  if (position >= 0) return position;
  if (0u - (size_t)position > length) return 0;
  return (lua_Integer)length + position + 1;
}

/* Reads the character at S, which a zero byte ends at the latest. Returns where the next is, or NULL. */
static inline const char *decode(const char *s, unsigned int *code, bool strict) {
  static const unsigned int least[] = {~0u, 0x80, 0x800, 0x10000, 0x200000, 0x4000000}; /* by continuation bytes */
  unsigned int c = (unsigned char)s[0];
  unsigned int decoded = 0;
  if (c < 0x80) {
    decoded = c;
  } else {
    int count = 0;
    for (; c & 0x40; c <<= 1) {
      unsigned int next = (unsigned char)s[++count];
      if ((next & 0xC0) != 0x80) return NULL;
      decoded = decoded << 6 | (next & 0x3F);
    }
    if (count > 5) return NULL;
    decoded |= (c & 0x7F) << (count * 5);
    if (decoded > MOST_ENCODED || decoded < least[count]) return NULL;
    s += count;
  }
  if (strict && (decoded > MOST_UNICODE || (0xD800 <= decoded && decoded <= 0xDFFF))) return NULL;
  *code = decoded;
  return s + 1;
}

/* [-n, +(1|2), e] utf8.len(s, i, j, lax) */
int plu_utf8_len(lua_State *L) {
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer at = absolute(luaL_optinteger(L, 2, 1), length);
  lua_Integer last = absolute(luaL_optinteger(L, 3, -1), length);
  bool strict = !lua_toboolean(L, 4);
  luaL_argcheck(L, 1 <= at && --at <= (lua_Integer)length, 2, "initial position out of bounds");
  luaL_argcheck(L, --last < (lua_Integer)length, 3, "final position out of bounds");
  lua_Integer count = 0;
  while (at <= last) {
    unsigned int code;
    const char *next = decode(s + at, &code, strict);
    if (next == NULL) {
      luaL_pushfail(L);
      lua_pushinteger(L, at + 1);
      return 2;
    }
    at = next - s;
    if (++count % PLU_PIECE == 0) plu_poll(L);
  }
  lua_pushinteger(L, count);
  return 1;
}

/* [-n, +n, e] utf8.codepoint(s, i, j, lax) */
int plu_utf8_codepoint(lua_State *L) {
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer first = absolute(luaL_optinteger(L, 2, 1), length);
  lua_Integer last = absolute(luaL_optinteger(L, 3, first), length);
  bool strict = !lua_toboolean(L, 4);
  luaL_argcheck(L, first >= 1, 2, "out of bounds");
  luaL_argcheck(L, last <= (lua_Integer)length, 3, "out of bounds");
  if (first > last) return 0;
  if (last - first >= INT_MAX) return luaL_error(L, "string slice too long");
  luaL_checkstack(L, (int)(last - first) + 1, "string slice too long");
  int count = 0;
  const char *end = s + last;
  for (s += first - 1; s < end;) {
    unsigned int code;
    s = decode(s, &code, strict);
    if (s == NULL) return luaL_error(L, "invalid UTF-8 code");
    lua_pushinteger(L, code);
    if (++count % PLU_PIECE == 0) plu_poll(L);
  }
  return count;
}

/* [-0, +1, e] */
static void push_character(lua_State *L, int arg) {
  lua_Unsigned code = (lua_Unsigned)luaL_checkinteger(L, arg);
  luaL_argcheck(L, code <= MOST_ENCODED, arg, "value out of range");
  lua_pushfstring(L, "%U", (long)code);
}

/* [-n, +1, e] utf8.char(...) */
int plu_utf8_char(lua_State *L) {
  int count = lua_gettop(L);
  if (count == 1) {
    push_character(L, 1);
    return 1;
  }
  luaL_Buffer result;
  luaL_buffinit(L, &result);
  for (int i = 1; i <= count; i++) {
    push_character(L, i);
    luaL_addvalue(&result);
    plu_poll(L);
  }
  luaL_pushresult(&result);
  return 1;
}

/* [-0, +0, e] The byte offset after N characters from AT on, which begins one, or -1. */
static lua_Integer move_on(lua_State *L, const char *s, lua_Integer at, lua_Integer end, lua_Integer n) {
  while (n > 0 && at < end) {
    lua_Integer pause = end - at > PLU_PIECE ? at + PLU_PIECE : end;
    while (n > 0 && at < pause) {
      if (!continues(s[++at])) n--; /* nor does the zero at the end */
    }
    plu_poll(L);
  }
  return n == 0 ? at : -1;
}

/* [-0, +0, e] The byte offset N characters before AT, or -1; the text's first byte begins one whatever it is. */
static lua_Integer move_back(lua_State *L, const char *s, lua_Integer at, lua_Integer n) {
  while (n > 0 && at > 0) {
    lua_Integer pause = at > PLU_PIECE ? at - PLU_PIECE : 0;
    while (n > 0 && at > pause) {
      if (--at == 0 || !continues(s[at])) n--;
    }
    plu_poll(L);
  }
  return n == 0 ? at : -1;
}

/* [-n, +1, e] utf8.offset(s, n, i) */
int plu_utf8_offset(lua_State *L) {
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer n = luaL_checkinteger(L, 2);
  lua_Integer end = (lua_Integer)length;
  lua_Integer at = absolute(luaL_optinteger(L, 3, n >= 0 ? 1 : end + 1), length);
  luaL_argcheck(L, 1 <= at && --at <= end, 3, "position out of bounds");
  bool is_inside = continues(s[at]);
  if (n == 0) {
    at = move_back(L, s, at, is_inside && at > 0 ? 1 : 0);
  } else if (is_inside) {
    return luaL_error(L, "initial position is a continuation byte");
  } else {
    at = n > 0 ? move_on(L, s, at, end, n - 1) : move_back(L, s, at, n == LUA_MININTEGER ? LUA_MAXINTEGER : -n);
  }
  if (at >= 0)
    lua_pushinteger(L, at + 1);
  else
    luaL_pushfail(L);
  return 1;
}

/* [-2, +(0|2), e] The next position and code after the position in argument 2. */
static inline int next_code(lua_State *L, bool strict) {
  size_t length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Unsigned n = (lua_Unsigned)lua_tointeger(L, 2);
  if (n < length) {
    for (; continues(s[n]); n++) {
      if (n % PLU_PIECE == 0) plu_poll(L);
    }
  }
  if (n >= length) return 0;
  unsigned int code;
  if (decode(s + n, &code, strict) == NULL) return luaL_error(L, "invalid UTF-8 code");
  lua_pushinteger(L, (lua_Integer)n + 1);
  lua_pushinteger(L, code);
  return 2;
}

static int next_strict(lua_State *L) { return next_code(L, true); }

static int next_lax(lua_State *L) { return next_code(L, false); }

/* [-n, +3, e] utf8.codes(s, lax) */
int plu_utf8_codes(lua_State *L) {
  bool lax = lua_toboolean(L, 2);
  luaL_checkstring(L, 1);
  lua_pushcfunction(L, lax ? next_lax : next_strict);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}
