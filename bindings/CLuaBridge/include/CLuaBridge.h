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

/* Returned by plu_host.call in place of a count of results; PLU_WAIT only where plu_can_wait says that it may. */
enum { PLU_RAISE = -1, PLU_WAIT = -2 };

/* Why a call was ended from outside of Lua. */
enum {
  PLU_RUNNING = 0,
  PLU_CPU_LIMIT = 1,
  PLU_WALL_LIMIT = 2,
  PLU_MEMORY_LIMIT = 3, /* the plugin went on although it was refused memory */
  PLU_INSTRUCTION_LIMIT = 4,
  PLU_CANCELLED = 5
};

/*
** Returned in place of lua_resume's status: the state was left in the middle of a step, the call was ended from outside, or
** it waits for a host function.
*/
enum { PLU_CONDEMNED = 100, PLU_STOPPED = 101, PLU_WAITING = 102 };

/* Whether a host function can suspend its call, and if not, why. */
enum {
  PLU_CAN_WAIT = 0,
  PLU_CALL_CANNOT_WAIT = 1,      /* nobody would go on with the call */
  PLU_NESTED_CALL_CANNOT_WAIT = 2, /* it was made inside of another call */
  PLU_FUNCTION_CANNOT_WAIT = 3,  /* a C function lies between that cannot be suspended */
  PLU_COROUTINE_CANNOT_WAIT = 4  /* the coroutine was resumed from inside of such a function */
};

/* In place of the number that the host has for a type of objects: not an object, and one that can do nothing but be closed. */
enum { PLU_NO_OBJECT = -1, PLU_OPAQUE = 0 };

/*
** What the bridge calls in the host. All run in host mode and return normally:
** none may raise, and none may leave by longjmp.
*/
typedef struct plu_host {
  void *context;
  /* Runs host function FUNCTION. Arguments are L's whole stack. Returns how
  ** many results it left on top, or PLU_RAISE with the error value on top. */
  int32_t (*call)(void *context, lua_State *L, int64_t function);
  /* After PLU_WAIT, once the call goes on: leaves the results, as call does. L's stack is empty. */
  int32_t (*finish)(void *context, lua_State *L);
  /* Finds module NAME for 'require'. Pushes its text and its chunk name and
  ** returns true, or pushes a message and returns false. */
  bool (*module)(void *context, lua_State *L, const char *name, size_t length);
  /* Takes one print or warn. */
  void (*output)(void *context, int32_t stream, const char *text, size_t length);
  /* The script let go of the object with this number, or CLOSED it. */
  void (*release)(void *context, int64_t object, bool closed);
  /* Whether the call that runs on this thread is still wanted; asked every few milliseconds. May be NULL. */
  bool (*is_cancelled)(void *context);
} plu_host;

/* How a state is opened. */
typedef struct plu_options {
  bool sandboxed;      /* allow-listed environment, or all of Lua's libraries */
  size_t quota;        /* bytes that plugin code may hold, but for what one instruction takes (see allocator.c); 0 is no limit */
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

/* What a suspended call keeps for when it goes on. */
typedef struct plu_suspended {
  int64_t cpu, deadline, instructions;
  uint32_t ticks;  /* of the watchdog, when it went on last */
  int32_t spent;   /* the limit that it has come to, or PLU_RUNNING */
  int32_t refusals;
  bool overdrawn, used_handlers;
} plu_suspended;

/* A value between two states, see flat.c. */
typedef struct plu_flat {
  unsigned char *bytes;
  size_t size, room;
} plu_flat;

/* What it begins with. */
enum {
  PLU_FLAT_NIL = 0,
  PLU_FLAT_FALSE = 1,
  PLU_FLAT_TRUE = 2,
  PLU_FLAT_INTEGER = 3,
  PLU_FLAT_NUMBER = 4,
  PLU_FLAT_STRING = 5,
  PLU_FLAT_ARRAY = 6, /* from here on tables */
  PLU_FLAT_OBJECT = 7
};

/* state.c */
plu_state *plu_open(plu_host host, plu_options options);
void plu_close(plu_state *S);
lua_State *plu_main(plu_state *S);
size_t plu_open_states(void);
uint64_t plu_identity(const plu_state *S);

/* allocator.c */
bool plu_was_refused(const plu_state *S);
bool plu_hold(plu_state *S, size_t bytes);
void plu_release_held(plu_state *S, size_t bytes);
void plu_lend(plu_state *S);
void plu_limit_decoding(plu_state *S);
void plu_set_decodable(plu_state *S, int64_t bytes);
int64_t plu_decodable(plu_state *S);
size_t plu_memory_used(const plu_state *S);
size_t plu_memory_peak(const plu_state *S);
void plu_set_quota(plu_state *S, size_t bytes);

/* entry.h: plu_state_of, plu_enter, plu_leave, plu_begin, plu_end, plu_take_thread, plu_give_thread, plu_push_reference;
** values.h: what conversions call for each part */

/* call.c */
void plu_set_budget(plu_state *S, plu_budget budget);
int32_t plu_must_stop(plu_state *S);
const plu_location *plu_stop_location(const plu_state *S);
int64_t plu_cpu_time(const plu_state *S);
int plu_resume(plu_state *S, lua_State *L, int arguments, int *results);
int plu_load(plu_state *S, lua_State *L, const char *text, size_t size, const char *chunk, bool is_own_code);

/* wait.c */
bool plu_set_may_wait(plu_state *S, bool may_wait);
int32_t plu_can_wait(lua_State *L, const char **boundary);
void plu_suspend(plu_state *S, plu_suspended *W);
bool plu_continue(plu_state *S, plu_suspended *W);
void plu_end_wait(plu_state *S, lua_State *L, int32_t reason);
int64_t plu_wait_left(const plu_suspended *W);

/* watchdog.c */
void plu_cancel(uint64_t identity);
bool plu_is_here(uint64_t identity);
bool plu_used_more(uint64_t identity, int64_t cpu);
bool plu_set_signal(int number);

/* host.c */
void plu_push_host_function(lua_State *L, int64_t function);
void plu_push_host_method(lua_State *L, int64_t function, int64_t object);
void plu_push_object(lua_State *L, int64_t object);
bool plu_to_object(lua_State *L, int index, int64_t *object);
int64_t plu_object_type(lua_State *L, int index);
void plu_push_object_type(lua_State *L, int64_t type, const char *name, int64_t unknown);
void plu_make_typed_object(lua_State *L, int64_t object, int64_t place);
bool plu_find_typed_object(lua_State *L, int64_t object, int64_t place);

/* view.c */
int32_t plu_next(lua_State *L, int table);

/* flat.c */
bool plu_flatten(lua_State *L, int index, plu_flat *F);
bool plu_push_flat(plu_state *S, lua_State *L, const plu_flat *F);

/* reference.c */
int plu_reference(lua_State *L);
void plu_release_reference(plu_state *S, int reference);
void plu_push_array_mark(lua_State *L);
void plu_push_null(lua_State *L);
bool plu_is_null(lua_State *L, int index);
bool plu_is_marked_array(lua_State *L, int index);

/* readonly.c */
bool plu_protect(lua_State *L);
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

#include "entry.h" /* which needs all of the above */
#include "values.h"

#endif
