/* A state's birth and death. */
#include "bridge.h"

#include <stdatomic.h>
#include <stdlib.h>

const char plu_threads_key = 0, plu_modules_key = 0, plu_object_key = 0, plu_objects_key = 0, plu_array_key = 0, plu_stop_key = 0, plu_anchors_key = 0;

/*
** Messages that lua_resume makes outside of any protection. While they are alive Lua
** finds them instead of allocating, which the quota could refuse: that would abort.
*/
static const char *const unprotected_messages[] = {
    "C stack overflow",
    "cannot resume dead coroutine",
    "cannot resume non-suspended coroutine",
    "error in error handling",
};

/* [-0, +0, e] Runs protected: builds all that a new state holds. */
static int open_protected(lua_State *L) {
  const plu_options *options = lua_touserdata(L, 1);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_threads_key);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_modules_key);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_anchors_key);
  lua_newtable(L);
  lua_pushliteral(L, "array");
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable"); /* else a script could put a __gc there */
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_array_key);
  plu_open_objects(L);
  for (size_t i = 0; i < sizeof unprotected_messages / sizeof unprotected_messages[0]; i++) {
    lua_pushstring(L, unprotected_messages[i]);
    lua_rawsetp(L, LUA_REGISTRYINDEX, unprotected_messages[i]);
  }
  lua_pushliteral(L, "the call was ended");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &plu_stop_key);
  if (options->sandboxed) {
    plu_mend_concat(L);
    plu_open_sandbox(L);
  } else {
    luaL_openlibs(L);
    plu_open_guards(L);
  }
  return 0;
}

static atomic_size_t open_states;
static _Atomic(uint64_t) last_identity;

/* How many states of this process are open. */
size_t plu_open_states(void) { return atomic_load_explicit(&open_states, memory_order_acquire); }

/* What tells the state from every other, those included that get its memory after it. */
uint64_t plu_identity(const plu_state *S) { return S->identity; }

/* A new state in host mode, or NULL when there is no memory for it. */
plu_state *plu_open(plu_host host, plu_options options) {
  plu_state *S = calloc(1, sizeof *S);
  if (S == NULL) return NULL;
  S->identity = atomic_fetch_add_explicit(&last_identity, 1, memory_order_relaxed) + 1;
  S->host = host;
  S->sandboxed = options.sandboxed;
  S->accounts_cpu = options.accounts_cpu;
  S->main = lua_newstate(plu_allocate, S);
  if (S->main == NULL) {
    free(S);
    return NULL;
  }
  plu_set_budget(S, (plu_budget){0, 0, 0});
  atomic_fetch_add_explicit(&open_states, 1, memory_order_relaxed);
  *(plu_state **)lua_getextraspace(S->main) = S;
  lua_pushcfunction(S->main, open_protected);
  lua_pushlightuserdata(S->main, &options);
  if (lua_pcall(S->main, 1, 0, 0) != LUA_OK) {
    plu_close(S);
    return NULL;
  }
  S->quota = options.quota;
  return S;
}

/*
** Closes the state. A sandboxed one has no finalizers but those of the host's objects,
** which the host lets go of itself: its memory is freed without asking Lua. In a
** full one finalizers run, and host.release is called for each object still alive.
*/
void plu_close(plu_state *S) {
  if (!S->sandboxed) lua_close(S->main);
  plu_arena_free(&S->arena);
  free(S);
  atomic_fetch_sub_explicit(&open_states, 1, memory_order_release);
}

lua_State *plu_main(plu_state *S) { return S->main; }
