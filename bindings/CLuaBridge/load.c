/*
** Compiling text, for the host, require and load alike: in pieces, so that it can be
** ended, and never bytecode. Else load's semantics follow Lua 5.4's lbaselib.c.
*/
#include "library.h"
#include "text.h"

enum { TEXT_SLOT = 5 /* above load's arguments: holds a reader's text while it is compiled */ };

/* What is left of the text that was given, or of that which a reader returned last. */
typedef struct source {
  const char *text;
  size_t left;
  bool has_reader;
} source;

/* [-0, +0, e] lua_Reader; what it raises is lua_load's error. */
static const char *read_piece(lua_State *L, void *data, size_t *size) {
  source *from = data;
  plu_poll(L);
  *size = 0;
  if (from->left == 0 && from->has_reader) {
    luaL_checkstack(L, 2, "too many nested functions");
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      return NULL;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
    lua_replace(L, TEXT_SLOT);
    from->text = lua_tolstring(L, TEXT_SLOT, &from->left);
  }
  const char *piece = from->text;
  *size = from->left < PLU_PIECE ? from->left : PLU_PIECE;
  from->text += *size;
  from->left -= *size;
  return piece;
}

/* [-0, +1, -] Compiles text as lua_load does, whose status it returns. */
int plu_load_pieces(lua_State *L, const char *text, size_t size, const char *name) {
  source from = {text, size, false};
  return lua_load(L, read_piece, &from, name, "t");
}

/* [-0, +1, e] After lua_load, in the plugin: leaves the function, mended, or false with a message. */
static bool finish(lua_State *L, int status) {
  plu_poll(L); /* read_piece's was caught */
  if (status != LUA_OK) return false;
  if (plu_mend_code(L)) return true;
  lua_pop(L, 1);
  lua_pushstring(L, plu_chain_message);
  return false;
}

/* [-0, +1, e] Compiles text in the plugin: leaves the function, or false with a message. */
bool plu_compile(lua_State *L, const char *text, size_t size, const char *name) { return finish(L, plu_load_pieces(L, text, size, name)); }

/* [-n, +(1|2), e] load(chunk, name, mode, env); the mode is text whatever is asked. */
int plu_lib_load(lua_State *L) {
  source from = {.left = 0};
  from.text = lua_tolstring(L, 1, &from.left);
  from.has_reader = from.text == NULL;
  luaL_optstring(L, 3, NULL);
  bool has_environment = !lua_isnone(L, 4);
  const char *name = luaL_optstring(L, 2, from.has_reader ? "=(load)" : from.text);
  if (from.has_reader) luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, TEXT_SLOT);
  if (!finish(L, lua_load(L, read_piece, &from, name, "t"))) {
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1);
  }
  return 1;
}
