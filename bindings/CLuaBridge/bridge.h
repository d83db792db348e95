/* What the bridge's own files share. */
#ifndef PERILUNE_BRIDGE_H
#define PERILUNE_BRIDGE_H

#include "CLuaBridge.h"
#include "arena.h"

#include <setjmp.h>
#include <signal.h>
#include <time.h>

#if LUA_VERSION_NUM != 504
#error "Perilune needs Lua 5.4: install liblua5.4-dev (Debian) or lua@5.4 (Homebrew), and pkg-config"
#endif

enum { PLU_POOLED_THREADS = 4 };

/*
** Where the last resort leaves to: the innermost call of the host into Lua. The
** compiler's own setjmp saves three words where the library's makes a call; not
** every target has it.
*/
#if defined(__x86_64__)
typedef struct plu_exit {
  void *buffer[5];
  struct plu_exit *outer;
} plu_exit;
#define PLU_SET_EXIT(exit) __builtin_setjmp((exit).buffer)
#define PLU_JUMP_TO_EXIT(exit) __builtin_longjmp((exit)->buffer, 1)
#else
typedef struct plu_exit {
  sigjmp_buf buffer;
  struct plu_exit *outer;
} plu_exit;
#define PLU_SET_EXIT(exit) sigsetjmp((exit).buffer, 0)
#define PLU_JUMP_TO_EXIT(exit) siglongjmp((exit)->buffer, 1)
#endif

struct plu_state {
  struct plu_thread *thread; /* the record of the thread that the entry runs on; NULL while instructions are counted */
  lua_State *main;
  lua_State *volatile running; /* the coroutine that runs now; NULL outside of calls */
  plu_host host;
  bool sandboxed;

  /* memory */
  plu_arena arena;
  size_t held, peak, quota; /* held: what the host keeps for the plugin */
  int32_t refusals;         /* of the entry that runs now */
  bool in_plugin;
  bool has_credit;
  bool overdrawn;    /* over the quota until the next instruction */
  bool has_anchors;  /* some table had its metatable replaced */
  bool used_handlers; /* the entry that runs now called xpcall */
  int32_t closings;  /* coroutines that are being closed, one by another */

  /* the entry that runs now */
  int32_t depth;
  plu_budget budget;
  int64_t instructions; /* left, in deterministic mode */
  volatile sig_atomic_t stopped;
  plu_location stop; /* where */

  /* the last resort */
  plu_exit *volatile exit;
  volatile sig_atomic_t critical, leaves_late;
  bool condemned;

  bool accounts_cpu;
  int64_t cpu_time, cpu_start;

  uintptr_t stack; /* where the entry began on the C stack */

  lua_State *pool[PLU_POOLED_THREADS];
  int32_t pooled;
};

/* Registry keys: the address is the key. */
extern const char plu_threads_key, plu_modules_key, plu_object_key, plu_array_key, plu_stop_key, plu_anchors_key;

/* allocator.c */
void *plu_allocate(void *state, void *block, size_t old_size, size_t new_size);
void plu_settle_memory(plu_state *S, lua_State *L);
void plu_pay_credit(plu_state *S);
void plu_note_refusal(plu_state *S);

/* watchdog.c */
int64_t plu_clock(clockid_t clock);

/* stop.c */
void plu_arm(plu_state *S);
void plu_interrupt(plu_state *S, int32_t reason);
void plu_pass_stop(lua_State *L);
void plu_overdraw(plu_state *S);
bool plu_has_handler(lua_State *L);
void plu_unhook(lua_State *L);
_Noreturn void plu_raise_stop(lua_State *L);
bool plu_is_beyond_reach(lua_State *L);
bool plu_was_stopped(lua_State *L);
void plu_leave_by_jump(plu_state *S);

/* code.c */
bool plu_mend_code(lua_State *L);

/* environment.c, host.c */
void plu_open_sandbox(lua_State *L);
void plu_open_guards(lua_State *L);
void plu_open_objects(lua_State *L);

/*
** [-0, +0, e] What C that can run long calls every few thousand steps: does not
** return once the call must end, or has taken more memory than its quota.
*/
static inline void plu_poll(lua_State *L) {
  plu_state *S = *(plu_state **)lua_getextraspace(L);
  if (S->stopped != PLU_RUNNING) plu_raise_stop(L);
  if (S->overdrawn) plu_settle_memory(S, L);
}

/*
** Between these two the last resort does not leave: around libc calls that may
** hold a lock, and where the bridge's own lists are in pieces.
*/
static inline void plu_enter_critical(plu_state *S) { S->critical++; }

static inline void plu_leave_critical(plu_state *S) {
  S->critical--;
  if (S->leaves_late) plu_leave_by_jump(S);
}

/* From the plugin to the host and back, around each call of plu_host. */
void plu_to_host(plu_state *S, lua_State *L);
void plu_to_plugin(plu_state *S, lua_State *L);

/* coroutine.c: what the sandbox has so that a stop reaches every coroutine */
int plu_lib_close(lua_State *L);
int plu_lib_resume(lua_State *L);
int plu_lib_wrap(lua_State *L);
int plu_lib_yield(lua_State *L);
int plu_lib_xpcall(lua_State *L);

/* readonly.c */
int plu_lib_rawset(lua_State *L);

/* library.c: what the sandbox has in place of Lua's own functions */
int plu_lib_collectgarbage(lua_State *L);
int plu_lib_print(lua_State *L);
int plu_lib_require(lua_State *L);
int plu_lib_setmetatable(lua_State *L);
int plu_lib_warn(lua_State *L);

#endif
