/* The counting allocator: every byte of a state, against the state's quota. */
#include "bridge.h"

#include <stdlib.h>

/*
** lua_Alloc. Refuses growth only, and only in plugin mode: Lua relies on
** shrinking never to fail, and host code cannot handle a refusal.
*/
void *plu_allocate(void *state, void *block, size_t old_size, size_t new_size) {
  plu_state *S = state;
  size_t old = block == NULL ? 0 : old_size; /* for a new block old_size is its type */
  if (new_size == 0) {
    free(block);
    S->used -= old;
    return NULL;
  }
  if (new_size > old && S->in_plugin && S->quota != 0 && S->used + (new_size - old) > S->quota) return NULL;
  void *moved = realloc(block, new_size);
  if (moved == NULL) return new_size <= old ? block : NULL;
  S->used = S->used - old + new_size;
  if (S->used > S->peak) S->peak = S->used;
  return moved;
}

/*
** [-0, +0, m] Called in plugin mode after the host ran: what the host pushed
** may have passed the quota. Asks for a block of the plugin's own, which makes
** Lua collect and, if that was not enough, raise its memory error.
*/
void plu_settle_memory(plu_state *S, lua_State *L) {
  if (S->quota == 0 || S->used <= S->quota) return;
  lua_newuserdatauv(L, 1, 0);
  lua_pop(L, 1);
}

size_t plu_memory_used(const plu_state *S) { return S->used; }

size_t plu_memory_peak(const plu_state *S) { return S->peak; }

void plu_set_quota(plu_state *S, size_t bytes) { S->quota = bytes; }
