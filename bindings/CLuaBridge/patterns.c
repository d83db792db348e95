/* string.find, match and gmatch; semantics follow Lua 5.4's lstrlib.c. */
#include "library.h"
#include "matcher.h"
#include "text.h"

static inline bool is_special(char c) {
  switch (c) {
    case '^': case '$': case '*': case '+': case '?': case '.': case '(': case '[': case '%': case '-': return true;
    default: return false;
  }
}

/* [-0, +0, e] Whether the pattern is plain text. */
static bool is_plain(lua_State *L, const char *p, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (is_special(p[i])) return false;
    if (i % PLU_PIECE == PLU_PIECE - 1) plu_poll(L);
  }
  return true;
}

/* [-0, +0, e] The first NEEDLE in TEXT, or NULL. */
static const char *find_plain(lua_State *L, const char *text, size_t length, const char *needle, size_t needle_length) {
  if (needle_length == 0) return text;
  if (needle_length > length) return NULL;
  size_t rest = needle_length - 1;
  const char *end = text + (length - rest); /* it cannot begin here or later */
  while (text < end && (text = plu_find_byte(L, text, *needle, (size_t)(end - text))) != NULL) {
    text++;
    if (rest == 0 || (*text == needle[1] && plu_same_bytes(L, text, needle + 1, rest))) return text - 1;
    plu_poll(L);
  }
  return NULL;
}

/* [-0, +n, e] What find and match share. */
static int search(lua_State *L, bool find) {
  size_t length, pattern_length;
  const char *subject = luaL_checklstring(L, 1, &length);
  const char *p = luaL_checklstring(L, 2, &pattern_length);
  size_t skipped = plu_start_position(luaL_optinteger(L, 3, 1), length) - 1;
  if (skipped > length) {
    luaL_pushfail(L);
    return 1;
  }
  const char *s = subject + skipped;
  if (find && (lua_toboolean(L, 4) || is_plain(L, p, pattern_length))) {
    const char *found = find_plain(L, s, length - skipped, p, pattern_length);
    if (found != NULL) {
      lua_pushinteger(L, found - subject + 1);
      lua_pushinteger(L, found - subject + (ptrdiff_t)pattern_length);
      return 2;
    }
  } else {
    bool anchored = *p == '^';
    if (anchored) {
      p++;
      pattern_length--;
    }
    plu_matcher m;
    plu_prepare_matcher(&m, L, subject, length, p, pattern_length);
    do {
      plu_restart_matcher(&m);
      const char *end = plu_match(&m, s, p);
      if (end != NULL) {
        if (!find) return plu_push_captures(&m, s, end);
        lua_pushinteger(L, s - subject + 1);
        lua_pushinteger(L, end - subject);
        return plu_push_captures(&m, NULL, NULL) + 2;
      }
    } while (s++ < m.subject_end && !anchored);
  }
  luaL_pushfail(L);
  return 1;
}

/* [-n, +n, e] string.find(s, pattern, init, plain) */
int plu_string_find(lua_State *L) { return search(L, true); }

/* [-n, +n, e] string.match(s, pattern, init) */
int plu_string_match(lua_State *L) { return search(L, false); }

/* Where an iterator of gmatch is. */
typedef struct walk {
  const char *next;
  const char *pattern;
  const char *last; /* end of the last match, which an empty one must not repeat */
  plu_matcher m;
} walk;

/* [-n, +n, e] What gmatch returns; upvalues: subject, pattern, walk. */
static int next_match(lua_State *L) {
  walk *w = lua_touserdata(L, lua_upvalueindex(3));
  w->m.L = L;
  for (const char *s = w->next; s <= w->m.subject_end; s++) {
    plu_restart_matcher(&w->m);
    const char *end = plu_match(&w->m, s, w->pattern);
    if (end != NULL && end != w->last) {
      w->next = w->last = end;
      return plu_push_captures(&w->m, s, end);
    }
  }
  return 0;
}

/* [-n, +1, e] string.gmatch(s, pattern, init) */
int plu_string_gmatch(lua_State *L) {
  size_t length, pattern_length;
  const char *subject = luaL_checklstring(L, 1, &length);
  const char *pattern = luaL_checklstring(L, 2, &pattern_length);
  size_t skipped = plu_start_position(luaL_optinteger(L, 3, 1), length) - 1;
  lua_settop(L, 2);
  walk *w = lua_newuserdatauv(L, sizeof *w, 0);
  if (skipped > length) skipped = length + 1; /* no match, and no overflow */
  plu_prepare_matcher(&w->m, L, subject, length, pattern, pattern_length);
  w->next = subject + skipped;
  w->pattern = pattern;
  w->last = NULL;
  lua_pushcclosure(L, next_match, 3);
  return 1;
}
