/*
** The pattern matcher. It does what that of Lua 5.4's lstrlib.c does, whose
** semantics it follows, and polls: what a pattern costs has no other bound.
** "s" is a place in the subject, "p" one in the pattern; both end with a zero
** byte that may be read. Every step spends fuel in proportion to what it reads.
*/
#include "classes.h"
#include "matcher.h"
#include "text.h"

#define NOINLINE __attribute__((noinline))
#define UNLIKELY(condition) __builtin_expect((condition) != 0, 0)

static inline int byte(char c) { return (unsigned char)c; }

/* [-0, +0, e] */
void plu_refuel_matcher(plu_matcher *m) {
  m->fuel = PLU_MATCH_FUEL;
  plu_poll(m->L);
}

/* [-0, +0, e] */
static inline void spend(plu_matcher *m, ptrdiff_t steps) {
  if (UNLIKELY((m->fuel -= steps) < 0)) plu_refuel_matcher(m);
}

/* The end of the piece of a pattern that is read before the next poll. */
static inline const char *piece_end(const char *p, const char *end) {
  return end - p > PLU_MATCH_FUEL ? p + PLU_MATCH_FUEL : end;
}

/* [-0, +0, e] The end of the set that begins at P, where its '[' was. */
static const char *set_end(plu_matcher *m, const char *p) {
  const char *end = m->pattern_end;
  if (*p == '^') p++;
  const char *pause = piece_end(p, end);
  do { /* a ']' that comes first is a member */
    if (UNLIKELY(p >= pause)) {
      if (p == end) luaL_error(m->L, "malformed pattern (missing ']')");
      plu_poll(m->L);
      pause = piece_end(p, end);
    }
    if (UNLIKELY(*p++ == '%') && p < end) p++;
  } while (*p != ']');
  return p + 1;
}

/* [-0, +0, e] The end of the single-character class at P. */
static inline const char *class_end(plu_matcher *m, const char *p) {
  switch (*p++) {
    case '%':
      if (UNLIKELY(p == m->pattern_end)) luaL_error(m->L, "malformed pattern (ends with '%%')");
      return p + 1;
    case '[': return set_end(m, p);
    default: return p;
  }
}

/* Whether C is in the class that the letter CLASS names; any other CLASS is itself. */
static inline bool is_in_class(int c, int class) {
  unsigned named = plu_named_class[class];
  if (named == 0) return class == c;
  bool is = (plu_classes_of[c] & named) != 0;
  return is == (class >= 'a'); /* a capital letter stands for all others */
}

/* [-0, +0, e] Whether C is in the set whose '[' is at P and whose ']' is at END. */
static bool is_in_set(plu_matcher *m, int c, const char *p, const char *end) {
  bool listed = true;
  if (p[1] == '^') {
    listed = false;
    p++;
  }
  for (;;) {
    const char *pause = piece_end(p, end);
    while (++p < pause) {
      if (*p == '%') {
        p++;
        if (is_in_class(c, byte(*p))) return listed;
      } else if (p[1] == '-' && p + 2 < end) {
        p += 2;
        if (byte(p[-2]) <= c && c <= byte(*p)) return listed;
      } else if (byte(*p) == c) {
        return listed;
      }
    }
    if (p >= end) return !listed;
    p--; /* the loop steps on first */
    plu_poll(m->L);
  }
}

/* [-0, +0, e] Whether the character at S is in the class from P to CLASS_END. */
static inline bool matches_single(plu_matcher *m, const char *s, const char *p, const char *class_end) {
  if (s >= m->subject_end) return false;
  int c = byte(*s);
  switch (*p) {
    case '.': return true;
    case '%': return is_in_class(c, byte(p[1]));
    case '[': return is_in_set(m, c, p, class_end - 1);
    default: return byte(*p) == c;
  }
}

/* [-0, +0, e] '%bxy', whose x is at P. */
static NOINLINE const char *match_balance(plu_matcher *m, const char *s, const char *p) {
  if (UNLIKELY(p >= m->pattern_end - 1)) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
  if (*s != *p) return NULL;
  char begin = p[0], end = p[1];
  ptrdiff_t open = 1;
  while (++s < m->subject_end) {
    spend(m, 1);
    if (*s == end) {
      if (--open == 0) return s + 1;
    } else if (*s == begin) {
      open++;
    }
  }
  return NULL;
}

/* [-0, +0, e] How many characters from S on are in the class from P to CLASS_END. */
static ptrdiff_t run_length(plu_matcher *m, const char *s, const char *p, const char *class_end) {
  if (*p == '.') return m->subject_end - s;
  const char *start = s;
  ptrdiff_t cost = class_end - p;
  if (*p != '%') {
    for (; matches_single(m, s, p, class_end); s++) spend(m, cost);
    return s - start;
  }
  int class = byte(p[1]);
  for (;;) { /* as far as the fuel goes, which is looked at in between */
    ptrdiff_t most = m->fuel / cost + 1;
    const char *begin = s, *pause = m->subject_end - s > most ? s + most : m->subject_end;
    while (s < pause && is_in_class(byte(*s), class)) s++;
    spend(m, (s - begin) * cost);
    if (s != pause || s == m->subject_end) return s - start;
  }
}

/* [-0, +0, e] As many repetitions as the rest of the pattern allows. */
static NOINLINE const char *match_most(plu_matcher *m, const char *s, const char *p, const char *class_end) {
  for (ptrdiff_t count = run_length(m, s, p, class_end); count >= 0; count--) {
    const char *end = plu_match(m, s + count, class_end + 1);
    if (end != NULL) return end;
  }
  return NULL;
}

/* [-0, +0, e] As few repetitions as the rest of the pattern allows. */
static NOINLINE const char *match_least(plu_matcher *m, const char *s, const char *p, const char *class_end) {
  for (;;) {
    const char *end = plu_match(m, s, class_end + 1);
    if (end != NULL) return end;
    if (!matches_single(m, s, p, class_end)) return NULL;
    spend(m, class_end - p);
    s++;
  }
}

/* [-0, +0, e] Opens a capture, which is undone if the rest does not match. */
static NOINLINE const char *open_capture(plu_matcher *m, const char *s, const char *p, ptrdiff_t kind) {
  int level = m->level;
  if (level >= PLU_MAX_CAPTURES) luaL_error(m->L, "too many captures");
  m->captures[level].start = s;
  m->captures[level].length = kind;
  m->level = level + 1;
  const char *end = plu_match(m, s, p);
  if (end == NULL) m->level--;
  return end;
}

/* [-0, +0, e] Closes the innermost open capture; opens it again if the rest does not match. */
static NOINLINE const char *close_capture(plu_matcher *m, const char *s, const char *p) {
  int level = m->level - 1;
  while (level >= 0 && m->captures[level].length != PLU_UNFINISHED) level--;
  if (UNLIKELY(level < 0)) luaL_error(m->L, "invalid pattern capture");
  m->captures[level].length = s - m->captures[level].start;
  const char *end = plu_match(m, s, p);
  if (end == NULL) m->captures[level].length = PLU_UNFINISHED;
  return end;
}

/* [-0, +0, e] '%1' and the like: the same text again. */
static NOINLINE const char *match_again(plu_matcher *m, const char *s, int digit) {
  int index = digit - '1';
  if (UNLIKELY(index < 0 || index >= m->level || m->captures[index].length == PLU_UNFINISHED))
    luaL_error(m->L, "invalid capture index %%%d", index + 1);
  size_t length = (size_t)m->captures[index].length; /* a position's is beyond any text */
  if ((size_t)(m->subject_end - s) < length) return NULL;
  spend(m, (ptrdiff_t)(length / 16));
  return plu_same_bytes(m->L, m->captures[index].start, s, length) ? s + length : NULL;
}

/* [-0, +0, e] '%f', whose set is at P: whether a border is at S. */
static NOINLINE bool is_frontier(plu_matcher *m, const char *s, const char *p, const char *class_end) {
  int before = s == m->subject ? 0 : byte(s[-1]);
  spend(m, class_end - p);
  return !is_in_set(m, before, p, class_end - 1) && is_in_set(m, byte(*s), p, class_end - 1);
}

/*
** [-0, +0, e] Where the match of the pattern from P on, tried at S only, ends;
** NULL if there is none. Calls itself only where there is something to go back to.
*/
const char *plu_match(plu_matcher *m, const char *s, const char *p) {
  if (UNLIKELY(m->depth-- == 0)) luaL_error(m->L, "pattern too complex");
  while (p != m->pattern_end) {
    const char *end; /* of the class at p */
    bool is_one;     /* whether the character at s is of it */
    switch (*p) {
      case '(':
        spend(m, 1);
        s = p[1] == ')' ? open_capture(m, s, p + 2, PLU_POSITION) : open_capture(m, s, p + 1, PLU_UNFINISHED);
        goto done;
      case ')':
        spend(m, 1);
        s = close_capture(m, s, p + 1);
        goto done;
      case '%':
        switch (p[1]) {
          case 'b':
            s = match_balance(m, s, p + 2);
            if (s == NULL) goto done;
            p += 4;
            continue;
          case 'f':
            p += 2;
            if (UNLIKELY(*p != '[')) luaL_error(m->L, "missing '[' after '%%f' in pattern");
            end = class_end(m, p);
            if (!is_frontier(m, s, p, end)) {
              s = NULL;
              goto done;
            }
            p = end;
            continue;
          case '0': case '1': case '2': case '3': case '4':
          case '5': case '6': case '7': case '8': case '9':
            spend(m, 1);
            s = match_again(m, s, byte(p[1]));
            if (s == NULL) goto done;
            p += 2;
            continue;
          default:
            end = class_end(m, p);
            is_one = s < m->subject_end && is_in_class(byte(*s), byte(p[1]));
        }
        break;
      case '$':
        if (p + 1 == m->pattern_end) {
          if (s != m->subject_end) s = NULL;
          goto done;
        } /* fallthrough */
      default:
        end = class_end(m, p);
        is_one = matches_single(m, s, p, end);
    }
    spend(m, end - p);
    if (!is_one) {
      if (*end != '*' && *end != '?' && *end != '-') {
        s = NULL;
        goto done;
      }
      p = end + 1; /* none is enough */
      continue;
    }
    switch (*end) {
      case '?': {
        const char *rest = plu_match(m, s + 1, end + 1);
        if (rest == NULL) {
          p = end + 1;
          continue;
        }
        s = rest;
        goto done;
      }
      case '+': s = match_most(m, s + 1, p, end); goto done; /* one is matched */
      case '*': s = match_most(m, s, p, end); goto done;
      case '-': s = match_least(m, s, p, end); goto done;
      default:
        s++;
        p = end;
    }
  }
done:
  m->depth++;
  return s;
}

void plu_prepare_matcher(plu_matcher *m, lua_State *L, const char *subject, size_t length, const char *pattern, size_t pattern_length) {
  m->L = L;
  m->subject = subject;
  m->subject_end = subject + length;
  m->pattern_end = pattern + pattern_length;
  m->fuel = PLU_MATCH_FUEL;
}

/*
** [-0, +(0|1), e] Capture INDEX from 0, or the whole match from START to END where
** there are no captures. Returns its length and sets TEXT; a position is pushed.
*/
ptrdiff_t plu_capture(plu_matcher *m, int index, const char *start, const char *end, const char **text) {
  if (index >= m->level) {
    if (UNLIKELY(index != 0)) luaL_error(m->L, "invalid capture index %%%d", index + 1);
    *text = start;
    return end - start;
  }
  ptrdiff_t length = m->captures[index].length;
  *text = m->captures[index].start;
  if (UNLIKELY(length == PLU_UNFINISHED)) luaL_error(m->L, "unfinished capture");
  if (length == PLU_POSITION) lua_pushinteger(m->L, m->captures[index].start - m->subject + 1);
  return length;
}

/* [-0, +1, e] */
void plu_push_capture(plu_matcher *m, int index, const char *start, const char *end) {
  const char *text;
  ptrdiff_t length = plu_capture(m, index, start, end, &text);
  if (length != PLU_POSITION) lua_pushlstring(m->L, text, (size_t)length);
}

/* [-0, +n, e] Pushes all captures and returns n. With no capture it is the whole match, unless START is NULL. */
int plu_push_captures(plu_matcher *m, const char *start, const char *end) {
  int count = m->level == 0 && start != NULL ? 1 : m->level;
  luaL_checkstack(m->L, count, "too many captures");
  for (int i = 0; i < count; i++) plu_push_capture(m, i, start, end);
  return count;
}
