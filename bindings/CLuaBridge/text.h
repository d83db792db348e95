/* What the library's functions on strings share: positions as scripts write them, and long scans in pieces. */
#ifndef PERILUNE_TEXT_H
#define PERILUNE_TEXT_H

#include "bridge.h"

#include <limits.h>
#include <string.h>

enum {
  PLU_PIECE = 1 << 16, /* bytes that are read or written between two polls */
  PLU_MAX_TEXT = INT_MAX
};

/* A start position, negative from the end, clipped to [1, inf). */
static inline size_t plu_start_position(lua_Integer position, size_t length) {
  if (position > 0) return (size_t)position;
  if (position == 0 || position < -(lua_Integer)length) return 1;
  return length + (size_t)position + 1;
}

/* [-0, +0, e] The end position in argument ARG, negative from the end, clipped to [0, length]. */
static inline size_t plu_end_position(lua_State *L, int arg, lua_Integer otherwise, size_t length) {
  lua_Integer position = luaL_optinteger(L, arg, otherwise);
  if (position > (lua_Integer)length) return length;
  if (position >= 0) return (size_t)position;
  if (position < -(lua_Integer)length) return 0;
  return length + (size_t)position + 1;
}

/* [-0, +0, e] memchr, polling. */
static inline const char *plu_find_byte(lua_State *L, const char *text, int byte, size_t length) {
  for (; length > PLU_PIECE; text += PLU_PIECE, length -= PLU_PIECE) {
    const char *found = memchr(text, byte, PLU_PIECE);
    if (found != NULL) return found;
    plu_poll(L);
  }
  return memchr(text, byte, length);
}

/* [-0, +0, e] Whether the bytes are the same, polling. */
static inline bool plu_same_bytes(lua_State *L, const char *a, const char *b, size_t length) {
  for (; length > PLU_PIECE; a += PLU_PIECE, b += PLU_PIECE, length -= PLU_PIECE) {
    if (memcmp(a, b, PLU_PIECE) != 0) return false;
    plu_poll(L);
  }
  return memcmp(a, b, length) == 0;
}

/* [-0, +0, e] memcpy, polling. */
static inline void plu_copy(lua_State *L, char *to, const char *from, size_t length) {
  for (; length > PLU_PIECE; to += PLU_PIECE, from += PLU_PIECE, length -= PLU_PIECE) {
    memcpy(to, from, PLU_PIECE);
    plu_poll(L);
  }
  memcpy(to, from, length);
}

#endif
