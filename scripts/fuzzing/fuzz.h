/* What the fuzz targets share: one call of a text. */
#ifndef PERILUNE_FUZZ_H
#define PERILUNE_FUZZ_H

#include "quiet_host.h"

#include <stdlib.h>
#include <string.h>

/* Runs a text; what it returned stands on the coroutine that is given to 'read'. False when it failed. */
static inline bool fuzz_run(plu_state *S, const char *text, size_t size, void (*read)(lua_State *L, int results)) {
  lua_State *L;
  int results = 0;
  if (!plu_begin(S, &L) || L == NULL) abort();
  int status = plu_load_text(S, L, text, size, "@fuzz");
  if (status == LUA_OK) status = plu_resume(S, L, 0, &results);
  bool is_well = status == LUA_OK && plu_stopped(S) == PLU_RUNNING;
  if (is_well && read != NULL) read(L, results);
  plu_end(S, L, is_well);
  return is_well;
}

#endif
