/* What the bridge's own files share. */
#ifndef PERILUNE_BRIDGE_H
#define PERILUNE_BRIDGE_H

#include "CLuaBridge.h"

#include <signal.h>

#if LUA_VERSION_NUM != 504
#error "Perilune needs Lua 5.4: install liblua5.4-dev (Debian) or lua@5.4 (Homebrew), and pkg-config"
#endif

enum { PLU_POOLED_THREADS = 4 };

struct plu_state {
  lua_State *main;
  lua_State *running; /* the coroutine that runs now; NULL outside of calls */
  plu_host host;

  /* memory */
  size_t used, peak, quota;
  bool in_plugin;

  /* the entry that runs now */
  int32_t depth;
  plu_budget budget;
  int64_t wall_start;
  int64_t cpu_start; /* -1 until the hook first asks */
  volatile sig_atomic_t stopped;
  plu_location stop; /* where */

  bool accounts_cpu;
  int64_t cpu_time;

  lua_State *pool[PLU_POOLED_THREADS];
  int32_t pooled;
};

/* Registry keys: the address is the key. */
extern const char plu_threads_key, plu_modules_key, plu_object_key, plu_array_key;

_Noreturn void plu_raise_stop(lua_State *L);

/* [-0, +0, e] For loops in C: does not return once the entry was stopped. */
static inline void plu_poll(lua_State *L) {
  if ((*(plu_state **)lua_getextraspace(L))->stopped != PLU_RUNNING) plu_raise_stop(L);
}

/* Between the two, nothing leaves by siglongjmp: for what may lock or allocate outside of Lua. */
static inline void plu_enter_critical(plu_state *S) { (void)S; }
static inline void plu_leave_critical(plu_state *S) { (void)S; }

void *plu_allocate(void *state, void *block, size_t old_size, size_t new_size);
void plu_settle_memory(plu_state *S, lua_State *L);
void plu_arm(plu_state *S);
void plu_pass_stop(lua_State *L);
bool plu_is_beyond_reach(lua_State *L);
void plu_open_sandbox(lua_State *L);
void plu_open_objects(lua_State *L);

/* coroutine.c: what the sandbox has so that a stop reaches every coroutine */
int plu_lib_close(lua_State *L);
int plu_lib_resume(lua_State *L);
int plu_lib_wrap(lua_State *L);
int plu_lib_xpcall(lua_State *L);

/* library.c: what the sandbox has in place of Lua's own functions */
int plu_lib_collectgarbage(lua_State *L);
int plu_lib_print(lua_State *L);
int plu_lib_require(lua_State *L);
int plu_lib_setmetatable(lua_State *L);
int plu_lib_warn(lua_State *L);

#endif
