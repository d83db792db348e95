/* Debian's liblua 5.4.4 uses a freed stack after a __concat that made the stack move: found by a probe, and turned off. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "bridge.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#include <sys/random.h>
#endif

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

/*
** What "__concat" is called instead: nothing that a script could guess, and no beginning of a C string, since Lua
** remembers strings by the addresses of the texts that they were made of, and compares those with strcmp.
*/
static char unknown_name[sizeof "__concat" - 1];

static void look_for_concat_fault(void) {
  concat_fault = find_concat_fault();
  if (getentropy(unknown_name, sizeof unknown_name) != 0) {
    uint64_t number = (uint64_t)plu_clock(CLOCK_MONOTONIC) ^ (uint64_t)(uintptr_t)&number;
    memcpy(unknown_name, &number, sizeof unknown_name);
  }
  for (size_t i = 0; i < sizeof unknown_name; i++) unknown_name[i] = (char)(unknown_name[i] | 0x80); /* no zero */
}

static bool concat_is_broken(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, look_for_concat_fault);
  return concat_fault;
}

/*
** [-0, +0, m] Turns __concat off where it is broken. Lua knows metamethods by the strings that it made when the state was opened. With another text in
** that one string, the scripts' own "__concat" is a string that Lua does not know.
*/
void plu_mend_concat(lua_State *L) {
  if (!concat_is_broken()) return;
  lua_pushliteral(L, "__concat");
  memcpy((char *)(uintptr_t)lua_tostring(L, -1), unknown_name, sizeof unknown_name);
  lua_pop(L, 1);
}
