/* Whole small scripts under limits: the state stays usable, or is condemned, and nothing leaks. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  plu_state *S = plu_open(quiet_host, (plu_options){.sandboxed = true, .quota = (size_t)4 << 20});
  if (S == NULL) abort();
  plu_set_budget(S, (plu_budget){.cpu = 20000000, .wall = 2000000000});
  fuzz_run(S, (const char *)data, size, NULL);
  if (!plu_is_condemned(S)) {
    plu_set_budget(S, (plu_budget){0});
    plu_set_quota(S, 0);
    const char *after = "local n = 0 for i = 1, 100 do n = n + i end return n";
    if (!fuzz_run(S, after, strlen(after), NULL) && !plu_is_condemned(S)) abort();
  }
  plu_close(S);
  return 0;
}
