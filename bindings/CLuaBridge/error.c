/* What there is to know of an error, read from the coroutine that it ended. */
#include "bridge.h"

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
    char prefix[LUA_IDSIZE + 16];
    int size = snprintf(prefix, sizeof prefix, "%s:%d: ", frame.short_src, frame.currentline);
    bool named = message != NULL && size > 0 && (size_t)size <= length && memcmp(prefix, message, (size_t)size) == 0;
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

/* [-0, +1, m] Pushes the traceback of L onto the main thread. */
void plu_push_traceback(plu_state *S, lua_State *L) { luaL_traceback(S->main, L, NULL, 0); }

static int tostring_value(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

/* [-0, +1, -] Pushes 'tostring', which calls metamethods, for a protected call. */
void plu_push_tostring(lua_State *L) { lua_pushcfunction(L, tostring_value); }
