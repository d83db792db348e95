/* What the bridge's own files share. */
#ifndef PERILUNE_BRIDGE_H
#define PERILUNE_BRIDGE_H

#include "CLuaBridge.h"

#include <time.h>

#if LUA_VERSION_NUM != 504
#error "Perilune needs Lua 5.4: install liblua5.4-dev (Debian) or lua@5.4 (Homebrew), and pkg-config"
#endif

/* Whether the plugin would hold more than its quota with so many bytes more. */
static inline bool plu_is_over_quota(const plu_state *S, size_t growth) { return S->quota != 0 && S->arena.used + S->held + growth > S->quota; }

/* Registry keys: the address is the key. */
extern const char plu_threads_key, plu_modules_key, plu_object_key, plu_objects_key, plu_array_key, plu_stop_key, plu_anchors_key;

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
void plu_question(plu_state *S);
void plu_overdraw(plu_state *S);
void plu_charge_instructions(plu_state *S);
bool plu_has_handler(lua_State *L);
void plu_unhook(lua_State *L);
_Noreturn void plu_raise_stop(lua_State *L);
bool plu_is_beyond_reach(lua_State *L);
bool plu_was_stopped(lua_State *L);
void plu_leave_by_jump(plu_state *S);

/* wait.c */
int plu_wait(lua_State *L, lua_KFunction go_on);
bool plu_is_waiting(lua_State *L);

/* code.c */
extern const char plu_chain_message[];
bool plu_mend_code(lua_State *L);

/* load.c */
int plu_load_pieces(lua_State *L, const char *text, size_t size, const char *name);
bool plu_compile(lua_State *L, const char *text, size_t size, const char *name);

/* concat.c */
void plu_mend_concat(lua_State *L);

/* environment.c, host.c */
void plu_open_sandbox(lua_State *L);
void plu_open_guards(lua_State *L);
void plu_open_objects(lua_State *L);

/*
** [-0, +0, e] What C that can run long calls every few thousand steps: does not
** return once the call must end, or has taken more memory than its quota.
*/
static inline void plu_poll(lua_State *L) {
  plu_state *S = plu_state_of(L);
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

void plu_return_to_plugin(plu_state *S, lua_State *L);

/*
** [-0, +0, -] Into the plugin, or the host: what the allocator and the watchdog go by. In the host
** no signal is on its way any more, which would cut short what waits there.
*/
static inline void plu_set_mode(plu_state *S, bool in_plugin) {
  S->in_plugin = in_plugin;
  if (S->thread == NULL) return;
  plu_set_place(S->thread, in_plugin ? PLU_IN_PLUGIN : PLU_IN_HOST);
  if (!in_plugin) plu_clear_signal(S->thread);
}

/* [-0, +0, -] From the plugin to the host, before each call of plu_host. */
static inline void plu_to_host(plu_state *S, lua_State *L) {
  S->running = L;
  S->decodable = PLU_NOT_KNOWN;
  plu_set_mode(S, false);
}

/*
** [-0, +0, -] Back in the plugin, after the host ran: a stop that the host's time used up,
** or one inside of a call that the host made, takes hold here.
*/
static inline void plu_to_plugin(plu_state *S, lua_State *L) {
  S->running = L;
  plu_set_mode(S, true);
  bool is_asked = S->thread != NULL && plu_request(plu_innermost(S->thread)) != PLU_RUNNING;
  if (is_asked || S->condemned || S->stopped != PLU_RUNNING || S->overdrawn || S->has_credit) plu_return_to_plugin(S, L);
}

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
