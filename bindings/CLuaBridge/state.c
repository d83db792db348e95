/* A state's birth and death. */
#include "bridge.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const char plu_threads_key = 0, plu_modules_key = 0, plu_object_key = 0, plu_array_key = 0, plu_stop_key = 0, plu_anchors_key = 0;

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

/* --- Debian's liblua 5.4.4 uses a freed stack after a __concat that made the stack move --- */

typedef struct scratch {
  char *memory;
  size_t used, size;
} scratch;

/* lua_Alloc that never uses memory again, so that what is freed can be read all the same. */
static void *scratch_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  scratch *A = data;
  if (new_size == 0) return NULL;
  if (block != NULL && new_size <= old_size) return block;
  size_t size = (new_size + 15) & ~(size_t)15;
  if (size > A->size - A->used) return NULL;
  char *fresh = A->memory + A->used;
  A->used += size;
  if (block != NULL) memcpy(fresh, block, old_size);
  return fresh;
}

static int moves_stack(lua_State *L) {
  lua_checkstack(L, 5000);
  lua_pushliteral(L, "x");
  return 1;
}

static int concatenate(lua_State *L) {
  lua_settop(L, 0);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, moves_stack);
  lua_setfield(L, -2, "__concat");
  lua_setmetatable(L, -2);
  lua_pushliteral(L, "y");
  lua_concat(L, 2);
  *(int *)lua_touserdata(L, lua_upvalueindex(1)) = lua_gettop(L);
  return 0;
}

/* Whether this liblua has the fault: a concatenation leaves its result in the old stack, and the new one as it was. */
static bool find_concat_fault(void) {
  scratch A = {malloc(1 << 20), 0, 1 << 20};
  if (A.memory == NULL) return true;
  lua_State *L = lua_newstate(scratch_allocate, &A);
  int top = 0;
  if (L != NULL) {
    lua_gc(L, LUA_GCSTOP);
    lua_pushlightuserdata(L, &top);
    lua_pushcclosure(L, concatenate, 1);
    lua_pcall(L, 0, 0, 0);
  }
  free(A.memory);
  return top != 1;
}

static bool concat_fault;

static void look_for_concat_fault(void) { concat_fault = find_concat_fault(); }

static bool concat_is_broken(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, look_for_concat_fault);
  return concat_fault;
}

/*
** [-0, +0, m] Lua knows metamethods by the strings that it made when the state was opened. With another text in
** that one string, the scripts' own "__concat" is a string that Lua does not know.
*/
static void disable_concat(lua_State *L) {
  lua_pushliteral(L, "__concat");
  char *text = (char *)(uintptr_t)lua_tostring(L, -1);
  text[0] = '\0';
  lua_pop(L, 1);
}

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
    if (concat_is_broken()) disable_concat(L);
    plu_open_sandbox(L);
  } else {
    luaL_openlibs(L);
    plu_open_guards(L);
  }
  return 0;
}

/* A new state in host mode, or NULL when there is no memory for it. */
plu_state *plu_open(plu_host host, plu_options options) {
  plu_state *S = calloc(1, sizeof *S);
  if (S == NULL) return NULL;
  S->host = host;
  S->sandboxed = options.sandboxed;
  S->accounts_cpu = options.accounts_cpu;
  S->main = lua_newstate(plu_allocate, S);
  if (S->main == NULL) {
    free(S);
    return NULL;
  }
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
  if (!S->sandboxed && S->main != NULL) lua_close(S->main);
  plu_arena_free(&S->arena);
  free(S);
}

/* lua_newthread copies the main thread's extra space, so any thread will do. */
plu_state *plu_state_of(lua_State *L) { return *(plu_state **)lua_getextraspace(L); }

lua_State *plu_main(plu_state *S) { return S->main; }
