/* The counting allocator: every byte of a state, against the state's quota. */
#include "bridge.h"

#include <stdlib.h>

enum {
  /* After so many refusals in one entry a plugin is swallowing its memory errors: the entry is ended. Lua asks twice before it raises one. */
  PLU_REFUSALS = 16,
  /* KiB that the host may allocate before Lua collects: more than the host ever does in one go. */
  PLU_CREDIT = 1 << 20,
  PLU_ALWAYS_DECODABLE = 64 * 1024,
};

/* What Lua may hold of its quota at most, until the next instruction. */
enum { PLU_OVERDRAFT = 4 };

/*
** Whether growth is refused. A refusal makes Lua collect at once, which is safe
** where it makes a string or userdata, and not everywhere else: Lua 5.4.4 can
** free a table that is being written (fixed in 5.4.8). So other growth is granted,
** and the plugin gets its memory error at its next instruction.
*/
static bool is_refused(plu_state *S, bool is_safe, size_t growth) {
  if (!S->in_plugin || !plu_is_over_quota(S, growth)) return false;
  if (!is_safe && (S->arena.used + S->held + growth) / PLU_OVERDRAFT <= S->quota) {
    plu_overdraw(S);
    return false;
  }
  plu_note_refusal(S);
  return true;
}

/* Counts what a plugin may have swallowed. */
void plu_note_refusal(plu_state *S) {
  if (++S->refusals == PLU_REFUSALS) plu_interrupt(S, PLU_MEMORY_LIMIT);
}

static void note_peak(plu_state *S) {
  if (S->arena.used + S->held > S->peak) S->peak = S->arena.used + S->held;
}

/*
** lua_Alloc. Refuses growth only, and only in plugin mode: Lua relies on
** shrinking never to fail, and host code cannot handle a refusal.
*/
void *plu_allocate(void *state, void *block, size_t old_size, size_t new_size) {
  plu_state *S = state;
  void *result;
  if (block == NULL) { /* old_size is the new block's type */
    bool is_safe = old_size == LUA_TSTRING || old_size == LUA_TUSERDATA;
    if (new_size == 0 || is_refused(S, is_safe, plu_arena_cost(&S->arena, new_size))) return NULL;
    plu_enter_critical(S);
    result = plu_arena_take(&S->arena, new_size);
  } else if (new_size == 0) {
    plu_enter_critical(S);
    plu_arena_give(&S->arena, block, old_size);
    result = NULL;
  } else {
    if (new_size > old_size) {
      size_t cost = plu_arena_cost(&S->arena, new_size);
      if (old_size > PLU_SMALL) cost -= old_size; /* in place, but for the link */
      if (is_refused(S, false, cost)) return NULL;
    }
    plu_enter_critical(S);
    result = plu_arena_resize(&S->arena, block, old_size, new_size);
    if (result == NULL && new_size <= old_size) result = block;
  }
  note_peak(S);
  plu_leave_critical(S);
  return result;
}

/*
** [-0, +0, m] Called in plugin mode at an instruction, or after the host ran: what
** was granted or pushed may have passed the quota. Asks for a block of the plugin's own, which makes
** Lua collect and, if that was not enough, raise its memory error.
*/
void plu_settle_memory(plu_state *S, lua_State *L) {
  S->overdrawn = false;
  if (!plu_is_over_quota(S, 0)) return;
  lua_newuserdatauv(L, PLU_SMALL, 0); /* with its header too large for a page that has room */
  lua_pop(L, 1);
}

/*
** [-0, +0, -] Before the host allocates: puts Lua's next collection so far off
** that it cannot begin in host code, which nothing could end if the plugin has
** prepared one that takes seconds. Paid back when the plugin runs again, always:
** a full collection of the plugin's forgets the credit, and would leave the host
** to collect.
*/
void plu_lend(plu_state *S) {
  S->has_credit = true;
  lua_gc(S->main, LUA_GCSTEP, -PLU_CREDIT);
}

/* [-0, +0, -] In plugin mode: runs what collection is due. */
void plu_pay_credit(plu_state *S) {
  if (!S->has_credit) return;
  S->has_credit = false;
  lua_gc(S->main, LUA_GCSTEP, PLU_CREDIT);
}

size_t plu_memory_used(const plu_state *S) { return S->arena.used + S->held; }

size_t plu_memory_peak(const plu_state *S) { return S->peak; }

/* Whether the last entry was refused memory: a script can raise Lua's memory error by its text alone. */
bool plu_was_refused(const plu_state *S) { return S->refusals > 0; }

void plu_set_quota(plu_state *S, size_t bytes) { S->quota = bytes; }

/* Counts bytes that the host keeps for the plugin; false, and nothing counted, when they do not fit the quota. */
bool plu_hold(plu_state *S, size_t bytes) {
  if (plu_is_over_quota(S, bytes)) return false;
  S->held += bytes;
  note_peak(S);
  return true;
}

void plu_release_held(plu_state *S, size_t bytes) { S->held -= bytes; }

/*
** What is decoded from now on must fit the quota beside what Lua holds. A little
** always fits, since what Lua holds may be garbage.
*/
void plu_limit_decoding(plu_state *S) {
  int64_t left = (int64_t)S->quota - (int64_t)(S->arena.used + S->held);
  S->decodable = S->quota == 0 ? INT64_MAX : left < PLU_ALWAYS_DECODABLE ? PLU_ALWAYS_DECODABLE : left;
}

void plu_set_decodable(plu_state *S, int64_t bytes) { S->decodable = bytes; }

int64_t plu_decodable(plu_state *S) {
  if (S->decodable == PLU_NOT_KNOWN) plu_limit_decoding(S);
  return S->decodable;
}
