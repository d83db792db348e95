/*
** The pattern matcher beside Lua's own: the first byte chooses the function, the
** rest is a pattern, a zero byte, a subject. Any difference is a defect.
*/
#include "quiet_host.h"

#include <stdlib.h>
#include <string.h>

static const char script[] =
    "local kind, pattern, subject = ...\n"
    "local function show(ok, ...)\n"
    "  local list = table.pack(...)\n"
    "  for i = 1, list.n do list[i] = tostring(list[i]) end\n"
    "  return tostring(ok) .. ':' .. table.concat(list, '|')\n"
    "end\n"
    "if kind == 0 then return show(pcall(string.find, subject, pattern)) end\n"
    "if kind == 1 then return show(pcall(string.match, subject, pattern, 2)) end\n"
    "if kind == 2 then return show(pcall(string.gsub, subject, pattern, '<%1>')) end\n"
    "if kind == 3 then return show(pcall(string.find, subject, pattern, 1, true)) end\n"
    "return show(pcall(function()\n"
    "  local found = {}\n"
    "  for a, b in string.gmatch(subject, pattern) do found[#found + 1] = tostring(a) .. ',' .. tostring(b) if #found > 50 then break end end\n"
    "  return table.concat(found, ';')\n"
    "end))\n";

/* What the script says in an environment; NULL when time ended it. */
static char *answer(bool sandboxed, int kind, const char *pattern, size_t pattern_size, const char *subject, size_t subject_size, size_t *size) {
  plu_state *S = plu_open(quiet_host, (plu_options){.sandboxed = sandboxed});
  lua_State *L;
  int results = 0;
  char *text = NULL;
  if (S == NULL) abort();
  plu_set_budget(S, (plu_budget){.cpu = 200000000, .wall = 5000000000});
  if (!plu_begin(S, &L) || L == NULL || plu_load(S, L, script, sizeof script - 1, "@matcher", false) != LUA_OK) abort();
  lua_pushinteger(L, kind);
  lua_pushlstring(L, pattern, pattern_size);
  lua_pushlstring(L, subject, subject_size);
  int status = plu_resume(S, L, 3, &results);
  if (status == LUA_OK) {
    const char *said = lua_tolstring(L, -1, size);
    text = malloc(*size + 1);
    memcpy(text, said, *size);
  }
  plu_end(S, L, status == LUA_OK);
  plu_close(S);
  return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3 || size > 400) return 0;
  const char *pattern = (const char *)data + 1;
  const char *zero = memchr(pattern, 0, size - 1);
  if (zero == NULL) return 0;
  size_t pattern_size = (size_t)(zero - pattern), subject_size = size - 2 - pattern_size, ours_size = 0, theirs_size = 0;
  /* Lua's own cannot be stopped: where two repetitions follow each other only short subjects are given to it */
  if (subject_size > 24) subject_size = 24;
  if (pattern_size > 24) pattern_size = 24;
  char *ours = answer(true, data[0] % 5, pattern, pattern_size, zero + 1, subject_size, &ours_size);
  char *theirs = ours == NULL ? NULL : answer(false, data[0] % 5, pattern, pattern_size, zero + 1, subject_size, &theirs_size);
  if (ours != NULL && theirs != NULL && (ours_size != theirs_size || memcmp(ours, theirs, ours_size) != 0)) abort();
  free(ours);
  free(theirs);
  return 0;
}
