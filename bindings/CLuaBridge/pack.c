/* string.pack, packsize and unpack; semantics follow Lua 5.4's lstrlib.c. */
#include "library.h"
#include "text.h"

enum {
  MOST_OF_INTEGER = 16,
  INTEGER_SIZE = (int)sizeof(lua_Integer),
  BYTE = UCHAR_MAX
};

typedef enum kind { SIGNED, UNSIGNED, FLOAT, DOUBLE, FIXED_TEXT, COUNTED_TEXT, ZERO_TEXT, PADDING, ALIGNMENT, NOTHING } kind;

/* How a format is read: what its last options set. */
typedef struct reader {
  lua_State *L;
  const char *format; /* what is left of it */
  bool little;
  int most_alignment;
} reader;

/* What one option takes. */
typedef struct item {
  kind kind;
  int size;
  int padding; /* bytes before it */
} item;

static bool is_little(void) {
  const union {
    int number;
    char first;
  } probe = {1};
  return probe.first == 1;
}

static reader start(lua_State *L, const char *format) {
  return (reader){.L = L, .format = format, .little = is_little(), .most_alignment = 1};
}

static bool is_digit(char c) { return '0' <= c && c <= '9'; }

static int read_number(reader *r, int otherwise) {
  if (!is_digit(*r->format)) return otherwise;
  int number = 0;
  do {
    number = number * 10 + (*r->format++ - '0');
  } while (is_digit(*r->format) && number <= (PLU_MAX_TEXT - 9) / 10);
  return number;
}

/* [-0, +0, e] */
static int read_size(reader *r, int otherwise) {
  int size = read_number(r, otherwise);
  if (size > MOST_OF_INTEGER || size <= 0)
    return luaL_error(r->L, "integral size (%d) out of limits [1,%d]", size, MOST_OF_INTEGER);
  return size;
}

/* [-0, +0, e] Reads one option; sets SIZE. */
static inline kind read_option(reader *r, int *size) {
  struct alignment {
    char c;
    union {
      LUAI_MAXALIGN;
    } most;
  };
  int option = *r->format++;
  *size = 0;
  switch (option) {
    case 'b': *size = sizeof(char); return SIGNED;
    case 'B': *size = sizeof(char); return UNSIGNED;
    case 'h': *size = sizeof(short); return SIGNED;
    case 'H': *size = sizeof(short); return UNSIGNED;
    case 'l': *size = sizeof(long); return SIGNED;
    case 'L': *size = sizeof(long); return UNSIGNED;
    case 'j': *size = sizeof(lua_Integer); return SIGNED;
    case 'J': *size = sizeof(lua_Integer); return UNSIGNED;
    case 'T': *size = sizeof(size_t); return UNSIGNED;
    case 'f': *size = sizeof(float); return FLOAT;
    case 'n': *size = sizeof(lua_Number); return DOUBLE;
    case 'd': *size = sizeof(double); return DOUBLE;
    case 'i': *size = read_size(r, sizeof(int)); return SIGNED;
    case 'I': *size = read_size(r, sizeof(int)); return UNSIGNED;
    case 's': *size = read_size(r, sizeof(size_t)); return COUNTED_TEXT;
    case 'c':
      *size = read_number(r, -1);
      if (*size == -1) luaL_error(r->L, "missing size for format option 'c'");
      return FIXED_TEXT;
    case 'z': return ZERO_TEXT;
    case 'x': *size = 1; return PADDING;
    case 'X': return ALIGNMENT;
    case ' ': break;
    case '<': r->little = true; break;
    case '>': r->little = false; break;
    case '=': r->little = is_little(); break;
    case '!': r->most_alignment = read_size(r, offsetof(struct alignment, most)); break;
    default: luaL_error(r->L, "invalid format option '%c'", option);
  }
  return NOTHING;
}

/* [-0, +0, e] Reads one option and what it takes after TOTAL bytes. */
static inline item read_item(reader *r, size_t total) {
  plu_poll(r->L);
  item it = {.padding = 0};
  it.kind = read_option(r, &it.size);
  int alignment = it.size;
  if (it.kind == ALIGNMENT) { /* of the option that follows */
    if (*r->format == '\0' || read_option(r, &alignment) == FIXED_TEXT || alignment == 0)
      luaL_argerror(r->L, 1, "invalid next option for option 'X'");
  }
  if (alignment > 1 && it.kind != FIXED_TEXT) {
    if (alignment > r->most_alignment) alignment = r->most_alignment;
    if ((alignment & (alignment - 1)) != 0) luaL_argerror(r->L, 1, "format asks for alignment not power of 2");
    it.padding = (alignment - (int)(total & (size_t)(alignment - 1))) & (alignment - 1);
  }
  return it;
}

/* [-0, +0, e] Adds COUNT zero bytes. */
static void add_zeros(lua_State *L, luaL_Buffer *result, size_t count) {
  while (count > 0) {
    size_t piece = count < PLU_PIECE ? count : PLU_PIECE;
    memset(luaL_prepbuffsize(result, piece), 0, piece);
    luaL_addsize(result, piece);
    count -= piece;
    plu_poll(L);
  }
}

/* [-0, +0, m] Adds an integer of SIZE bytes. */
static void add_integer(luaL_Buffer *result, lua_Unsigned value, bool little, int size, bool negative) {
  char *bytes = luaL_prepbuffsize(result, (size_t)size);
  bytes[little ? 0 : size - 1] = (char)(value & BYTE);
  for (int i = 1; i < size; i++) {
    value >>= CHAR_BIT;
    bytes[little ? i : size - 1 - i] = (char)(value & BYTE);
  }
  if (negative) {
    for (int i = INTEGER_SIZE; i < size; i++) bytes[little ? i : size - 1 - i] = (char)BYTE;
  }
  luaL_addsize(result, (size_t)size);
}

/* Copies a number into or out of this machine's order. */
static void copy_ordered(char *to, const char *from, int size, bool little) {
  if (little == is_little()) {
    memcpy(to, from, (size_t)size);
  } else {
    for (int i = 0; i < size; i++) to[size - 1 - i] = from[i];
  }
}

/* [-0, +0, e] Adds argument ARG; returns by how much it is longer than the option's size. */
static size_t add_argument(lua_State *L, luaL_Buffer *result, const reader *r, item it, int arg) {
  switch (it.kind) {
    case SIGNED: {
      lua_Integer value = luaL_checkinteger(L, arg);
      if (it.size < INTEGER_SIZE) {
        lua_Integer limit = (lua_Integer)1 << (it.size * CHAR_BIT - 1);
        luaL_argcheck(L, -limit <= value && value < limit, arg, "integer overflow");
      }
      add_integer(result, (lua_Unsigned)value, r->little, it.size, value < 0);
      return 0;
    }
    case UNSIGNED: {
      lua_Integer value = luaL_checkinteger(L, arg);
      if (it.size < INTEGER_SIZE)
        luaL_argcheck(L, (lua_Unsigned)value < (lua_Unsigned)1 << (it.size * CHAR_BIT), arg, "unsigned overflow");
      add_integer(result, (lua_Unsigned)value, r->little, it.size, false);
      return 0;
    }
    case FLOAT: {
      float value = (float)luaL_checknumber(L, arg);
      copy_ordered(luaL_prepbuffsize(result, sizeof value), (const char *)&value, sizeof value, r->little);
      luaL_addsize(result, sizeof value);
      return 0;
    }
    case DOUBLE: {
      double value = luaL_checknumber(L, arg);
      copy_ordered(luaL_prepbuffsize(result, sizeof value), (const char *)&value, sizeof value, r->little);
      luaL_addsize(result, sizeof value);
      return 0;
    }
    case FIXED_TEXT: {
      size_t length;
      const char *s = luaL_checklstring(L, arg, &length);
      luaL_argcheck(L, length <= (size_t)it.size, arg, "string longer than given size");
      luaL_addlstring(result, s, length);
      add_zeros(L, result, (size_t)it.size - length);
      return 0;
    }
    case COUNTED_TEXT: {
      size_t length;
      const char *s = luaL_checklstring(L, arg, &length);
      luaL_argcheck(
          L, it.size >= (int)sizeof(size_t) || length < (size_t)1 << (it.size * CHAR_BIT), arg,
          "string length does not fit in given size");
      add_integer(result, (lua_Unsigned)length, r->little, it.size, false);
      luaL_addlstring(result, s, length);
      return length;
    }
    default: {
      size_t length;
      const char *s = luaL_checklstring(L, arg, &length);
      luaL_argcheck(L, plu_find_byte(L, s, '\0', length) == NULL, arg, "string contains zeros");
      luaL_addlstring(result, s, length);
      luaL_addchar(result, '\0');
      return length + 1;
    }
  }
}

/* [-n, +1, e] string.pack(format, ...) */
int plu_string_pack(lua_State *L) {
  luaL_Buffer result;
  reader r = start(L, luaL_checkstring(L, 1));
  int arg = 1;
  size_t total = 0;
  lua_pushnil(L); /* a missing argument is not to be the buffer */
  luaL_buffinit(L, &result);
  while (*r.format != '\0') {
    item it = read_item(&r, total);
    total += (size_t)it.padding + (size_t)it.size;
    for (int i = 0; i < it.padding; i++) luaL_addchar(&result, 0);
    if (it.kind == PADDING)
      luaL_addchar(&result, 0);
    else if (it.kind != ALIGNMENT && it.kind != NOTHING)
      total += add_argument(L, &result, &r, it, ++arg);
  }
  luaL_pushresult(&result);
  return 1;
}

/* [-n, +1, e] string.packsize(format) */
int plu_string_packsize(lua_State *L) {
  reader r = start(L, luaL_checkstring(L, 1));
  size_t total = 0;
  while (*r.format != '\0') {
    item it = read_item(&r, total);
    luaL_argcheck(L, it.kind != COUNTED_TEXT && it.kind != ZERO_TEXT, 1, "variable-length format");
    size_t size = (size_t)it.size + (size_t)it.padding;
    luaL_argcheck(L, total <= PLU_MAX_TEXT - size, 1, "format result too large");
    total += size;
  }
  lua_pushinteger(L, (lua_Integer)total);
  return 1;
}

/* [-0, +0, e] The integer of SIZE bytes at DATA. */
static lua_Integer to_integer(lua_State *L, const char *data, bool little, int size, bool has_sign) {
  lua_Unsigned value = 0;
  int limit = size <= INTEGER_SIZE ? size : INTEGER_SIZE;
  for (int i = limit - 1; i >= 0; i--) value = value << CHAR_BIT | (unsigned char)data[little ? i : size - 1 - i];
  if (size < INTEGER_SIZE) {
    if (has_sign) {
      lua_Unsigned sign = (lua_Unsigned)1 << (size * CHAR_BIT - 1);
      value = (value ^ sign) - sign;
    }
  } else {
    int extension = has_sign && (lua_Integer)value < 0 ? BYTE : 0;
    for (int i = limit; i < size; i++) {
      if ((unsigned char)data[little ? i : size - 1 - i] != extension)
        luaL_error(L, "%d-byte integer does not fit into Lua Integer", size);
    }
  }
  return (lua_Integer)value;
}

/* [-0, +1, e] Pushes the item at DATA, of which LEFT bytes are there; returns by how much it is longer than the option's size. */
static size_t push_item(lua_State *L, const reader *r, item it, const char *data, size_t left) {
  switch (it.kind) {
    case SIGNED:
    case UNSIGNED: lua_pushinteger(L, to_integer(L, data, r->little, it.size, it.kind == SIGNED)); return 0;
    case FLOAT: {
      float value;
      copy_ordered((char *)&value, data, sizeof value, r->little);
      lua_pushnumber(L, (lua_Number)value);
      return 0;
    }
    case DOUBLE: {
      double value;
      copy_ordered((char *)&value, data, sizeof value, r->little);
      lua_pushnumber(L, value);
      return 0;
    }
    case FIXED_TEXT: lua_pushlstring(L, data, (size_t)it.size); return 0;
    case COUNTED_TEXT: {
      size_t length = (size_t)to_integer(L, data, r->little, it.size, false);
      luaL_argcheck(L, length <= left - (size_t)it.size, 2, "data string too short");
      lua_pushlstring(L, data + it.size, length);
      return length;
    }
    default: {
      const char *zero = plu_find_byte(L, data, '\0', left);
      luaL_argcheck(L, zero != NULL, 2, "unfinished string for format 'z'");
      lua_pushlstring(L, data, (size_t)(zero - data));
      return (size_t)(zero - data) + 1;
    }
  }
}

/* [-n, +n, e] string.unpack(format, data, position) */
int plu_string_unpack(lua_State *L) {
  reader r = start(L, luaL_checkstring(L, 1));
  size_t length;
  const char *data = luaL_checklstring(L, 2, &length);
  size_t at = plu_start_position(luaL_optinteger(L, 3, 1), length) - 1;
  int count = 0;
  luaL_argcheck(L, at <= length, 3, "initial position out of string");
  while (*r.format != '\0') {
    item it = read_item(&r, at);
    luaL_argcheck(L, (size_t)it.padding + (size_t)it.size <= length - at, 2, "data string too short");
    at += (size_t)it.padding;
    luaL_checkstack(L, 2, "too many results"); /* the item and the position after all */
    if (it.kind != ALIGNMENT && it.kind != PADDING && it.kind != NOTHING) {
      at += push_item(L, &r, it, data + at, length - at);
      count++;
    }
    at += (size_t)it.size;
  }
  lua_pushinteger(L, (lua_Integer)at + 1);
  return count + 1;
}
