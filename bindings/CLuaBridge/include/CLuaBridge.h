/*
** The part of Perilune that must not be written in Swift: what may raise a Lua
** error runs here, under protection, and Swift sees a status.
**
** Two modes. In *plugin* mode Lua code runs and the quota refuses growth. In
** *host* mode Swift pushes arguments and reads results: nothing is refused, so
** the raw calls that Swift makes cannot raise; what went over the quota is
** raised on the way back into the plugin. A state starts in host mode.
**
** Stack effects are written as in Lua's manual: [-pops, +pushes, raises];
** raises is '-' never, 'm' memory only, 'e' any error.
*/
#ifndef PERILUNE_CLUABRIDGE_H
#define PERILUNE_CLUABRIDGE_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One Lua state with what the bridge keeps for it. */
typedef struct plu_state plu_state;

/* Which lines the plugin writes. */
enum { PLU_PRINT = 0, PLU_WARN = 1 };

/* Returned by plu_host.call in place of a count of results. */
enum { PLU_RAISE = -1 };

/* Why a call was ended from outside of Lua. */
enum {
  PLU_RUNNING = 0,
  PLU_CPU_LIMIT = 1,
  PLU_WALL_LIMIT = 2,
  PLU_MEMORY_LIMIT = 3, /* the plugin went on although it was refused memory */
  PLU_INSTRUCTION_LIMIT = 4,
  PLU_CANCELLED = 5
};

/* Returned in place of lua_resume's status when the state was left in the middle of a step. */
enum { PLU_CONDEMNED = 100 };

/*
** What the bridge calls in the host. All run in host mode and return normally:
** none may raise, and none may leave by longjmp.
*/
typedef struct plu_host {
  void *context;
  /* Runs host function FUNCTION. Arguments are L's whole stack. Returns how
  ** many results it left on top, or PLU_RAISE with the error value on top. */
  int32_t (*call)(void *context, lua_State *L, int64_t function);
  /* Finds module NAME for 'require'. Pushes its text and its chunk name and
  ** returns true, or pushes a message and returns false. */
  bool (*module)(void *context, lua_State *L, const char *name, size_t length);
  /* Takes one print or warn. */
  void (*output)(void *context, int32_t stream, const char *text, size_t length);
  /* The script let go of the object with this number, or CLOSED it. */
  void (*release)(void *context, int64_t object, bool closed);
} plu_host;

/* How a state is opened. */
typedef struct plu_options {
  bool sandboxed;      /* allow-listed environment, or all of Lua's libraries */
  size_t quota;        /* bytes that plugin code may hold; 0 is no limit */
  bool accounts_cpu;   /* add up the CPU time of entries (a system call each) */
} plu_options;

/* Limits of one entry from the host; 0 is no limit. */
typedef struct plu_budget {
  int64_t cpu;  /* nanoseconds */
  int64_t wall; /* nanoseconds */
  /* If not 0, VM instructions are counted in place of time: slower, and the same in every run. */
  int64_t instructions;
} plu_budget;

/* Where in a script an error happened. */
typedef struct plu_location {
  char source[LUA_IDSIZE]; /* as messages show it; "" if unknown */
  int32_t line;            /* 0 if unknown */
  size_t prefix;           /* bytes of the message that repeat the location */
} plu_location;

/* state.c */
plu_state *plu_open(plu_host host, plu_options options);
void plu_close(plu_state *S);
plu_state *plu_state_of(lua_State *L);
lua_State *plu_main(plu_state *S);

/* allocator.c */
bool plu_was_refused(const plu_state *S);
bool plu_hold(plu_state *S, size_t bytes);
void plu_release_held(plu_state *S, size_t bytes);
void plu_take_credit(plu_state *S);
size_t plu_memory_used(const plu_state *S);
size_t plu_memory_peak(const plu_state *S);
void plu_set_quota(plu_state *S, size_t bytes);

/* call.c */
void plu_set_budget(plu_state *S, plu_budget budget);
bool plu_enter(plu_state *S);
void plu_leave(plu_state *S);
bool plu_begin(plu_state *S, lua_State **L);
void plu_end(plu_state *S, lua_State *L, bool ended_well);
bool plu_is_condemned(const plu_state *S);
int32_t plu_stopped(const plu_state *S);
const plu_location *plu_stop_location(const plu_state *S);
int64_t plu_cpu_time(const plu_state *S);
lua_State *plu_take_thread(plu_state *S);
void plu_give_thread(plu_state *S, lua_State *L, bool reusable);
int plu_resume(plu_state *S, lua_State *L, int arguments, int *results);
int plu_load_text(plu_state *S, lua_State *L, const char *text, size_t size, const char *chunk);

/* watchdog.c */
void plu_cancel(const plu_state *S);
bool plu_set_signal(int number);

/* host.c */
void plu_push_host_function(lua_State *L, int64_t function);
void plu_push_host_method(lua_State *L, int64_t function, int64_t object);
void plu_push_object(lua_State *L, int64_t object);
bool plu_to_object(lua_State *L, int index, int64_t *object);

/* reference.c */
int plu_reference(plu_state *S, lua_State *L);
void plu_push_reference(plu_state *S, lua_State *L, int reference);
void plu_release_reference(plu_state *S, int reference);
void plu_push_array_mark(plu_state *S, lua_State *L);
void plu_push_null(lua_State *L);
bool plu_is_null(lua_State *L, int index);
bool plu_is_marked_array(plu_state *S, lua_State *L, int index);

/* readonly.c */
void plu_protect(lua_State *L);
bool plu_unwrap(lua_State *L, int index);

/* error.c */
void plu_locate(lua_State *L, const char *message, size_t length, plu_location *location);
void plu_push_traceback(plu_state *S, lua_State *L);
void plu_push_tostring(lua_State *L);

/* environment.c */

/* Where a name of the sandbox comes from. */
enum { PLU_FROM_LUA = 0, PLU_FROM_BRIDGE = 1 };

/* One name that a sandboxed plugin can reach, and why it may. */
typedef struct plu_entry {
  const char *library; /* "_G" for the globals themselves */
  const char *name;
  int32_t origin;
  const char *reason;
} plu_entry;

const plu_entry *plu_environment(size_t *count);

#endif
