/* string.format; semantics follow Lua 5.4's lstrlib.c. */
#include "library.h"
#include "text.h"

#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>

enum {
  MOST_OF_ITEM = 120,                  /* bytes of a formatted item, but for a '%f' */
  MOST_OF_FIXED = 110 + DBL_MAX_10_EXP, /* of a '%f' */
  MOST_OF_MODIFIERS = 20,
  MOST_OF_SPECIFICATION = 32 /* with '%', a length modifier and the final zero */
};

static const char float_flags[] = "-+#0 ";
static const char hexadecimal_flags[] = "-#0";
static const char integer_flags[] = "-+0 ";
static const char unsigned_flags[] = "-0";
static const char text_flags[] = "-";

/*
** [-0, +0, -] What a C library may lock or allocate for is never left half way.
** All write into a buffer of SIZE bytes and return how many they wrote.
*/
static size_t print_integer(lua_State *L, char *buffer, size_t size, const char *format, lua_Integer value) {
  plu_state *S = plu_state_of(L);
  plu_enter_critical(S);
  int written = snprintf(buffer, size, format, (LUAI_UACINT)value);
  plu_leave_critical(S);
  return (size_t)written;
}

static size_t print_float(lua_State *L, char *buffer, size_t size, const char *format, lua_Number value) {
  plu_state *S = plu_state_of(L);
  plu_enter_critical(S);
  int written = snprintf(buffer, size, format, (LUAI_UACNUMBER)value);
  plu_leave_critical(S);
  return (size_t)written;
}

static size_t print_pointer(lua_State *L, char *buffer, size_t size, const char *format, const void *value) {
  plu_state *S = plu_state_of(L);
  plu_enter_critical(S);
  int written = snprintf(buffer, size, format, value);
  plu_leave_critical(S);
  return (size_t)written;
}

/* [-0, +0, e] Adds the text between quotes, as Lua reads it back. */
static void add_quoted(lua_State *L, luaL_Buffer *result, const char *s, size_t length) {
  luaL_addchar(result, '"');
  for (size_t i = 0; i < length; i++) {
    if (i % PLU_PIECE == PLU_PIECE - 1) plu_poll(L);
    char c = s[i];
    if (c == '"' || c == '\\' || c == '\n') {
      luaL_addchar(result, '\\');
      luaL_addchar(result, c);
    } else if (iscntrl((unsigned char)c)) {
      char escape[8];
      bool before_digit = isdigit((unsigned char)s[i + 1]) != 0;
      size_t size = print_integer(L, escape, sizeof escape, before_digit ? "\\%03lld" : "\\%lld", (unsigned char)c);
      luaL_addlstring(result, escape, size);
    } else {
      luaL_addchar(result, c);
    }
  }
  luaL_addchar(result, '"');
}

/* [-0, +0, -] Writes a float as Lua reads it back: exactly, as hexadecimal. */
static size_t print_literal_float(lua_State *L, char *buffer, lua_Number value) {
  if (isfinite(value)) {
    size_t written = print_float(L, buffer, MOST_OF_ITEM, "%" LUA_NUMBER_FRMLEN "a", value);
    if (memchr(buffer, '.', written) == NULL) {
      char *point = memchr(buffer, lua_getlocaledecpoint(), written);
      if (point != NULL) *point = '.';
    }
    return written;
  }
  const char *text = isnan(value) ? "(0/0)" : value > 0 ? "1e9999" : "-1e9999";
  size_t length = strlen(text);
  memcpy(buffer, text, length);
  return length;
}

/* [-0, +0, e] '%q' */
static void add_literal(lua_State *L, luaL_Buffer *result, int arg) {
  switch (lua_type(L, arg)) {
    case LUA_TSTRING: {
      size_t length;
      const char *s = lua_tolstring(L, arg, &length);
      add_quoted(L, result, s, length);
      break;
    }
    case LUA_TNUMBER: {
      char *buffer = luaL_prepbuffsize(result, MOST_OF_ITEM);
      size_t written;
      if (lua_isinteger(L, arg)) {
        lua_Integer value = lua_tointeger(L, arg);
        bool is_least = value == LUA_MININTEGER; /* its digits would be read as a float */
        written = print_integer(L, buffer, MOST_OF_ITEM, is_least ? "0x%" LUA_INTEGER_FRMLEN "x" : LUA_INTEGER_FMT, value);
      } else {
        written = print_literal_float(L, buffer, lua_tonumber(L, arg));
      }
      luaL_addsize(result, written);
      break;
    }
    case LUA_TNIL:
    case LUA_TBOOLEAN:
      luaL_tolstring(L, arg, NULL);
      luaL_addvalue(result);
      break;
    default: luaL_argerror(L, arg, "value has no literal form");
  }
}

static const char *skip_two_digits(const char *p) {
  if (!isdigit((unsigned char)*p)) return p;
  p++;
  return isdigit((unsigned char)*p) ? p + 1 : p;
}

/* [-0, +0, e] Raises unless the specification is flags out of FLAGS, a width, perhaps a precision, and a letter. */
static void check_specification(lua_State *L, const char *specification, const char *flags, bool takes_precision) {
  const char *p = specification + 1;
  p += strspn(p, flags);
  if (*p != '0') {
    p = skip_two_digits(p);
    if (*p == '.' && takes_precision) p = skip_two_digits(p + 1);
  }
  if (!isalpha((unsigned char)*p)) luaL_error(L, "invalid conversion specification: '%s'", specification);
}

static bool is_modifier(char c) {
  switch (c) {
    case '-': case '+': case '#': case ' ': case '.': return true;
    default: return c >= '0' && c <= '9';
  }
}

/* [-0, +0, e] Copies the specification, what follows the '%' at P; returns where its letter is. */
static const char *read_specification(lua_State *L, const char *p, char *specification) {
  size_t length = 0;
  while (length <= MOST_OF_MODIFIERS && is_modifier(p[length])) length++;
  if (length > MOST_OF_MODIFIERS) luaL_error(L, "invalid format (too long)");
  *specification++ = '%';
  memcpy(specification, p, length + 1);
  specification[length + 1] = '\0';
  return p + length;
}

/* Puts a length modifier before the specification's letter. */
static void add_length_modifier(char *specification, const char *modifier) {
  size_t at = strlen(specification) - 1;
  size_t length = strlen(modifier);
  char letter = specification[at];
  memcpy(specification + at, modifier, length);
  specification[at + length] = letter;
  specification[at + length + 1] = '\0';
}

/* [-0, +0, e] '%s': with modifiers through BUFFER, unless the text is long. Returns how much BUFFER holds. */
static size_t add_text(lua_State *L, luaL_Buffer *result, char *buffer, const char *specification, int arg) {
  size_t length;
  const char *s = luaL_tolstring(L, arg, &length);
  if (specification[2] == '\0') {
    luaL_addvalue(result);
    return 0;
  }
  luaL_argcheck(L, plu_find_byte(L, s, '\0', length) == NULL, arg, "string contains zeros");
  check_specification(L, specification, text_flags, true);
  if (strchr(specification, '.') == NULL && length >= 100) {
    luaL_addvalue(result);
    return 0;
  }
  size_t written = print_pointer(L, buffer, MOST_OF_ITEM, specification, s);
  lua_pop(L, 1);
  return written;
}

/* [-0, +0, e] Adds argument ARG as the specification says. */
static void add_item(lua_State *L, luaL_Buffer *result, char *specification, char letter, int arg) {
  char *buffer = luaL_prepbuffsize(result, MOST_OF_ITEM);
  size_t written = 0;
  const char *flags;
  switch (letter) {
    case 'c': {
      check_specification(L, specification, text_flags, false);
      int code = (int)luaL_checkinteger(L, arg);
      plu_state *S = plu_state_of(L);
      plu_enter_critical(S);
      written = (size_t)snprintf(buffer, MOST_OF_ITEM, specification, code);
      plu_leave_critical(S);
      break;
    }
    case 'd': case 'i': flags = integer_flags; goto integer;
    case 'u': flags = unsigned_flags; goto integer;
    case 'o': case 'x': case 'X': flags = hexadecimal_flags;
    integer: {
      lua_Integer value = luaL_checkinteger(L, arg);
      check_specification(L, specification, flags, true);
      add_length_modifier(specification, LUA_INTEGER_FRMLEN);
      written = print_integer(L, buffer, MOST_OF_ITEM, specification, value);
      break;
    }
    case 'a': case 'A':
      check_specification(L, specification, float_flags, true);
      add_length_modifier(specification, LUA_NUMBER_FRMLEN);
      written = print_float(L, buffer, MOST_OF_ITEM, specification, luaL_checknumber(L, arg));
      break;
    case 'f': case 'e': case 'E': case 'g': case 'G': {
      size_t size = MOST_OF_ITEM;
      if (letter == 'f') {
        size = MOST_OF_FIXED;
        buffer = luaL_prepbuffsize(result, size);
      }
      lua_Number value = luaL_checknumber(L, arg);
      check_specification(L, specification, float_flags, true);
      add_length_modifier(specification, LUA_NUMBER_FRMLEN);
      written = print_float(L, buffer, size, specification, value);
      break;
    }
    case 'p': {
      const void *pointer = lua_topointer(L, arg);
      check_specification(L, specification, text_flags, false);
      if (pointer == NULL) { /* printf's own word for it varies */
        pointer = "(null)";
        specification[strlen(specification) - 1] = 's';
      }
      written = print_pointer(L, buffer, MOST_OF_ITEM, specification, pointer);
      break;
    }
    case 'q':
      if (specification[2] != '\0') luaL_error(L, "specifier '%%q' cannot have modifiers");
      add_literal(L, result, arg);
      break;
    case 's': written = add_text(L, result, buffer, specification, arg); break;
    default: luaL_error(L, "invalid conversion '%s' to 'format'", specification);
  }
  luaL_addsize(result, written);
}

/* [-n, +1, e] string.format(format, ...) */
int plu_string_format(lua_State *L) {
  int arguments = lua_gettop(L);
  int arg = 1;
  size_t length;
  const char *p = luaL_checklstring(L, 1, &length);
  const char *end = p + length;
  luaL_Buffer result;
  luaL_buffinit(L, &result);
  while (p < end) {
    const char *pause = end - p > PLU_PIECE ? p + PLU_PIECE : end;
    while (p < pause && *p != '%') luaL_addchar(&result, *p++);
    plu_poll(L);
    if (p == pause) continue;
    if (*++p == '%') {
      luaL_addchar(&result, *p++);
      continue;
    }
    char specification[MOST_OF_SPECIFICATION];
    if (++arg > arguments) return luaL_argerror(L, arg, "no value");
    p = read_specification(L, p, specification);
    add_item(L, &result, specification, *p++, arg);
  }
  luaL_pushresult(&result);
  return 1;
}
