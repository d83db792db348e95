/* What there is to know of an error, read from the coroutine that it ended. */
#include "bridge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How many levels are searched for the location that a message begins with. */
enum { PLU_LOCATED_LEVELS = 64 };

/*
** [-0, +0, -] Finds where on L's stack MESSAGE arose: the frame whose position the
** message begins with (error's second argument may name a caller), else the
** innermost frame of a script.
*/
void plu_locate(lua_State *L, const char *message, size_t length, plu_location *location) {
  memset(location, 0, sizeof *location);
  lua_Debug frame;
  for (int level = 0; level < PLU_LOCATED_LEVELS && lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline <= 0) continue;
    if (message == NULL) { /* in a hook: without libc, which may hold a lock */
      memcpy(location->source, frame.short_src, sizeof location->source);
      location->line = (int32_t)frame.currentline;
      return;
    }
    char prefix[LUA_IDSIZE + 16];
    int size = snprintf(prefix, sizeof prefix, "%s:%d: ", frame.short_src, frame.currentline);
    bool named = size > 0 && (size_t)size <= length && memcmp(prefix, message, (size_t)size) == 0;
    if (named || location->line == 0) {
      memcpy(location->source, frame.short_src, sizeof location->source);
      location->line = (int32_t)frame.currentline;
    }
    if (named) {
      location->prefix = (size_t)size;
      return;
    }
  }
}

/* What a traceback shows, so that neither its size nor its time depends on the script. */
enum {
  PLU_TRACED_HEAD = 10,
  PLU_TRACED_TAIL = 11,
  PLU_TRACED_DEPTH = 10000, /* the end of a deeper stack is not looked for: a level is found by counting from the top */
  PLU_TRACED_NAME = 80,     /* bytes of a name */
  PLU_TRACED_TABLES = 64,   /* libraries that a function is looked for in, the globals being one */
  PLU_TRACED_ENTRIES = 250, /* entries of each */
  PLU_TRACED_BYTES = 8192
};

typedef struct trace {
  size_t used;
  char text[PLU_TRACED_BYTES];
} trace;

__attribute__((format(printf, 2, 3))) static void append(trace *t, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int size = vsnprintf(t->text + t->used, sizeof t->text - t->used, format, values);
  va_end(values);
  if (size > 0) t->used += (size_t)size;
  if (t->used >= sizeof t->text) t->used = sizeof t->text - 1;
}

/* [-1, +0, m] Appends the name that a library has for the function on top; false where none has it. */
static bool append_library_name(trace *t, lua_State *M) {
  bool found = false;
  int function = lua_gettop(M), tables = 0;
  lua_getfield(M, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  if (!lua_istable(M, -1)) tables = PLU_TRACED_TABLES; /* a trusted script can take it away */
  lua_pushnil(M);
  while (!found && tables++ < PLU_TRACED_TABLES && lua_next(M, function + 1) != 0) {
    lua_settop(M, function + 3);
    bool is_library = lua_type(M, -2) == LUA_TSTRING && lua_istable(M, -1);
    int entries = 0;
    if (is_library) lua_pushnil(M);
    while (is_library && !found && entries++ < PLU_TRACED_ENTRIES && lua_next(M, function + 3) != 0) {
      found = lua_type(M, -2) == LUA_TSTRING && lua_rawequal(M, function, -1);
      if (!found) lua_pop(M, 1);
    }
    if (found) {
      const char *library = lua_tostring(M, function + 2), *name = lua_tostring(M, -2);
      if (strcmp(library, "_G") == 0)
        append(t, "function '%.*s'", PLU_TRACED_NAME, name);
      else
        append(t, "function '%.*s.%.*s'", PLU_TRACED_NAME, library, PLU_TRACED_NAME, name);
    }
    lua_settop(M, function + 2);
  }
  lua_settop(M, function - 1);
  return found;
}

/* [-0, +0, m] As luaL_traceback words a level. */
static void append_level(trace *t, lua_State *M, lua_State *L, lua_Debug *frame) {
  lua_getinfo(L, "Slnt", frame);
  append(t, "\n\t%s:", frame->short_src);
  if (frame->currentline > 0) append(t, "%d:", frame->currentline);
  append(t, " in ");
  lua_getinfo(M, "f", frame); /* pushes onto M, whichever coroutine the frame is of */
  if (!append_library_name(t, M)) {
    if (*frame->namewhat != '\0')
      append(t, "%s '%.*s'", frame->namewhat, PLU_TRACED_NAME, frame->name);
    else if (*frame->what == 'm')
      append(t, "main chunk");
    else if (*frame->what != 'C')
      append(t, "function <%s:%d>", frame->short_src, frame->linedefined);
    else
      append(t, "?");
  }
  if (frame->istailcall) append(t, "\n\t(...tail calls...)");
}

/* How many levels L has; one more than PLU_TRACED_DEPTH when it has more than those. */
static int count_levels(lua_State *L) {
  lua_Debug frame;
  if (lua_getstack(L, PLU_TRACED_DEPTH, &frame)) return PLU_TRACED_DEPTH + 1;
  int there = 0, missing = PLU_TRACED_DEPTH;
  while (there < missing) {
    int middle = there + (missing - there) / 2;
    if (lua_getstack(L, middle, &frame))
      there = middle + 1;
    else
      missing = middle;
  }
  return there;
}

/* [-0, +1, m] Pushes the traceback of L onto the main thread: as luaL_traceback's, at a bounded cost. */
void plu_push_traceback(plu_state *S, lua_State *L) {
  lua_State *M = S->main;
  lua_Debug frame;
  trace t;
  t.used = 0;
  append(&t, "stack traceback:");
  int levels = count_levels(L);
  int skipped = levels > PLU_TRACED_HEAD + PLU_TRACED_TAIL ? levels - PLU_TRACED_HEAD - PLU_TRACED_TAIL : 0;
  bool has_end = levels <= PLU_TRACED_DEPTH;
  int shown = skipped == 0 ? levels : has_end ? PLU_TRACED_HEAD : PLU_TRACED_HEAD + PLU_TRACED_TAIL;
  for (int level = 0; level < shown && lua_getstack(L, level, &frame); level++) append_level(&t, M, L, &frame);
  if (skipped > 0) append(&t, "\n\t...\t(skipping %s%d levels)", has_end ? "" : "more than ", has_end ? skipped : skipped - 1);
  for (int level = shown + skipped; has_end && level < levels && lua_getstack(L, level, &frame); level++) append_level(&t, M, L, &frame);
  lua_pushlstring(M, t.text, t.used);
}

static int tostring_value(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

/* [-0, +1, -] Pushes 'tostring', which calls metamethods, for a protected call. */
void plu_push_tostring(lua_State *L) { lua_pushcfunction(L, tostring_value); }
