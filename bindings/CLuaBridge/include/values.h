/* What the host calls for each part that it reads or writes, compiled into its caller. All of it in host mode. */
#ifndef PERILUNE_VALUES_H
#define PERILUNE_VALUES_H

#include "entry.h"

/* [-0, +0, -] Before the host allocates: see allocator.c. */
PLU_INLINE void plu_take_credit(plu_state *S) {
  if (!S->has_credit) plu_lend(S);
}

/* [-0, +1, -] */
PLU_INLINE void plu_push_string(plu_state *S, lua_State *L, const char *text, size_t size) {
  plu_take_credit(S);
  lua_pushlstring(L, text, size);
}

/* [-0, +1, -] A text that stays where it is, which Lua finds again by its address. */
PLU_INLINE void plu_push_literal(plu_state *S, lua_State *L, const char *text) {
  plu_take_credit(S);
  lua_pushstring(L, text);
}

/* Counts what is about to be decoded; false when it does not fit the quota. */
PLU_INLINE bool plu_charge(plu_state *S, int64_t bytes) {
  if (S->decodable == PLU_NOT_KNOWN) plu_limit_decoding(S);
  S->decodable -= bytes;
  return S->decodable >= 0;
}

/* One part further. False every so often: then it is time to look whether the call must end. */
PLU_INLINE bool plu_step(plu_state *S) { return --S->steps > 0; }

#endif
