/* Lua's patterns: one attempt to match, and the captures that it made. */
#ifndef PERILUNE_MATCHER_H
#define PERILUNE_MATCHER_H

#include "bridge.h"

enum {
  PLU_MAX_CAPTURES = 32,
  PLU_MATCH_DEPTH = 200, /* calls within calls, as in Lua: the C stack is not a script's to fill */
  PLU_MATCH_FUEL = 4096  /* steps between two polls */
};

/* Lengths of captures that have none. */
enum { PLU_UNFINISHED = -1, PLU_POSITION = -2 };

typedef struct plu_matcher {
  lua_State *L;
  const char *subject, *subject_end;
  const char *pattern_end;
  ptrdiff_t fuel;
  int depth; /* calls that are left */
  int level; /* captures, finished or not */
  struct {
    const char *start;
    ptrdiff_t length;
  } captures[PLU_MAX_CAPTURES];
} plu_matcher;

void plu_prepare_matcher(plu_matcher *m, lua_State *L, const char *subject, size_t length, const char *pattern, size_t pattern_length);
void plu_refuel_matcher(plu_matcher *m);
const char *plu_match(plu_matcher *m, const char *s, const char *p);
ptrdiff_t plu_capture(plu_matcher *m, int index, const char *start, const char *end, const char **text);
int plu_push_captures(plu_matcher *m, const char *start, const char *end);
void plu_push_capture(plu_matcher *m, int index, const char *start, const char *end);

/*
** [-0, +0, e] Makes ready for the next attempt. The depth too: an error leaves it spent,
** and gmatch's iterator can be called again (in Lua 5.4.4 it then has no limit, and crashes).
*/
static inline void plu_restart_matcher(plu_matcher *m) {
  if (--m->fuel < 0) plu_refuel_matcher(m);
  m->level = 0;
  m->depth = PLU_MATCH_DEPTH;
}

#endif
