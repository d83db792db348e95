/*
** Numbers from strings, and tonumber; semantics follow Lua 5.4's lbaselib.c. A numeral that is long is read
** here, with polls, and made a short one of the same value for Lua to convert.
*/
#include "library.h"
#include "text.h"

#include <ctype.h>
#include <locale.h>
#include <stdio.h>

enum {
  SHORT = 1024,       /* bytes that Lua reads itself */
  KEPT_DIGITS = 800,  /* more than decide how any float is rounded, but for whether a digit other than 0 follows */
  BEYOND_FLOATS = 100000 /* an exponent, of 2 or of 10 */
};

/* A numeral as read: 0.DIGITS * base ^ scale, times 2 or 10 ^ exponent. */
typedef struct numeral {
  bool negative, hexadecimal, integral;
  lua_Unsigned whole; /* an integral hexadecimal's value, which wraps around */
  char digits[KEPT_DIGITS + 1];
  int kept;
  int64_t scale, exponent;
} numeral;

static bool is_space(char c) { return c == ' ' || ('\t' <= c && c <= '\r'); }

/* [-0, +0, e] */
static inline void poll_at(lua_State *L, const char *s) {
  if ((uintptr_t)s % PLU_PIECE == 0) plu_poll(L);
}

static unsigned int digit_value(char c) {
  return isdigit((unsigned char)c) ? (unsigned int)(c - '0') : (unsigned int)(toupper((unsigned char)c) - 'A') + 10;
}

/* [-0, +0, e] Reads the digits and the point from *TEXT on; false if there are no digits. */
static bool read_digits(lua_State *L, const char **text, numeral *n) {
  const char *s = *text;
  bool any = false, dropped = false;
  n->integral = true;
  for (;; s++) {
    poll_at(L, s);
    if (*s == '.' && n->integral) {
      n->integral = false;
      continue;
    }
    if (!(n->hexadecimal ? isxdigit((unsigned char)*s) : isdigit((unsigned char)*s))) break;
    any = true;
    n->whole = n->whole * 16 + digit_value(*s);
    if (*s == '0' && n->kept == 0) {
      if (!n->integral) n->scale--;
      continue;
    }
    if (n->integral) n->scale++;
    if (n->kept < KEPT_DIGITS)
      n->digits[n->kept++] = *s;
    else if (*s != '0')
      dropped = true;
  }
  if (dropped) n->digits[n->kept++] = '1';
  *text = s;
  return any;
}

/* [-0, +0, e] Reads the exponent from *TEXT on, if there is one; false if it has no digits. */
static bool read_exponent(lua_State *L, const char **text, numeral *n) {
  const char *s = *text;
  if (tolower((unsigned char)*s) != (n->hexadecimal ? 'p' : 'e')) return true;
  n->integral = false;
  s++;
  bool negative = *s == '-';
  if (*s == '-' || *s == '+') s++;
  if (!isdigit((unsigned char)*s)) return false;
  for (; isdigit((unsigned char)*s); s++) {
    poll_at(L, s);
    if (n->exponent <= INT_MAX) n->exponent = n->exponent * 10 + (*s - '0');
  }
  if (negative) n->exponent = -n->exponent;
  *text = s;
  return true;
}

/* [-0, +(0|1), e] Pushes what was read. */
static bool push_numeral(lua_State *L, const numeral *n) {
  if (n->integral && n->hexadecimal) {
    lua_pushinteger(L, (lua_Integer)(n->negative ? 0u - n->whole : n->whole));
    return true;
  }
  char text[KEPT_DIGITS + 64];
  const char *sign = n->negative ? "-" : "";
  int64_t exponent = (n->hexadecimal ? n->scale * 4 : n->scale) + n->exponent;
  if (exponent > BEYOND_FLOATS) exponent = BEYOND_FLOATS;
  if (exponent < -BEYOND_FLOATS) exponent = -BEYOND_FLOATS;
  plu_state *S = plu_state_of(L);
  plu_enter_critical(S);
  if (n->integral && n->scale <= n->kept)
    snprintf(text, sizeof text, "%s0%.*s", sign, n->kept, n->digits);
  else
    snprintf(
        text, sizeof text, "%s%s0%c%.*s%c%lld", sign, n->hexadecimal ? "0x" : "", lua_getlocaledecpoint(), n->kept, n->digits,
        n->hexadecimal ? 'p' : 'e', (long long)exponent);
  plu_leave_critical(S);
  return lua_stringtonumber(L, text) != 0;
}

/* [-0, +(0|1), e] Pushes the number that the text is, and returns whether it is one. */
bool plu_push_number(lua_State *L, const char *s, size_t length) {
  if (length <= SHORT) return lua_stringtonumber(L, s) == length + 1;
  const char *end = s + length;
  for (; is_space(*s); s++) poll_at(L, s);
  for (; end > s && is_space(end[-1]); end--) poll_at(L, end);
  numeral n = {.negative = *s == '-'};
  if (*s == '-' || *s == '+') s++;
  n.hexadecimal = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
  if (n.hexadecimal) s += 2;
  return read_digits(L, &s, &n) && read_exponent(L, &s, &n) && s == end && push_numeral(L, &n);
}

/* [-0, +0, e] Reads an integer to BASE; returns where it and the spaces after it end, or NULL. */
static const char *read_integer(lua_State *L, const char *s, unsigned int base, lua_Integer *value) {
  lua_Unsigned n = 0;
  for (; is_space(*s); s++) poll_at(L, s);
  bool negative = *s == '-';
  if (*s == '-' || *s == '+') s++;
  if (!isalnum((unsigned char)*s)) return NULL;
  do {
    unsigned int digit = digit_value(*s);
    if (digit >= base) return NULL;
    n = n * base + digit;
    poll_at(L, ++s);
  } while (isalnum((unsigned char)*s));
  for (; is_space(*s); s++) poll_at(L, s);
  *value = (lua_Integer)(negative ? 0u - n : n);
  return s;
}

/* [-n, +1, e] tonumber(value, base) */
int plu_lib_tonumber(lua_State *L) {
  size_t length;
  if (lua_isnoneornil(L, 2)) {
    if (lua_type(L, 1) == LUA_TNUMBER) {
      lua_settop(L, 1);
      return 1;
    }
    const char *s = lua_tolstring(L, 1, &length);
    if (s != NULL && plu_push_number(L, s, length)) return 1;
    luaL_checkany(L, 1);
  } else {
    lua_Integer base = luaL_checkinteger(L, 2);
    luaL_checktype(L, 1, LUA_TSTRING);
    const char *s = lua_tolstring(L, 1, &length);
    luaL_argcheck(L, 2 <= base && base <= 36, 2, "base out of range");
    lua_Integer value;
    if (read_integer(L, s, (unsigned int)base, &value) == s + length) {
      lua_pushinteger(L, value);
      return 1;
    }
  }
  luaL_pushfail(L);
  return 1;
}
