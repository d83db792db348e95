/* Whole small scripts under limits: the state stays usable, or is condemned, and nothing leaks. */
#include "quiet_host.h"

#include <stdlib.h>
#include <string.h>

/* Runs a text. False when it failed. */
static bool run(plu_state *S, const char *text, size_t size) {
  lua_State *L;
  int results = 0;
  if (!plu_begin(S, &L) || L == NULL) abort();
  int status = plu_load(S, L, text, size, "@fuzz", false);
  if (status == LUA_OK) status = plu_resume(S, L, 0, &results);
  plu_end(S, L, status == LUA_OK);
  return status == LUA_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  plu_state *S = plu_open(quiet_host, (plu_options){.sandboxed = true, .quota = (size_t)4 << 20});
  if (S == NULL) abort();
  plu_set_budget(S, (plu_budget){.cpu = 20000000, .wall = 2000000000});
  run(S, (const char *)data, size);
  if (!plu_is_condemned(S)) {
    plu_set_budget(S, (plu_budget){0});
    plu_set_quota(S, 0);
    const char *after = "local n = 0 for i = 1, 100 do n = n + i end return n";
    if (!run(S, after, strlen(after)) && !plu_is_condemned(S)) abort();
  }
  plu_close(S);
  return 0;
}
