/* The sandbox's environment: every name that a plugin can reach, and why it may. */
#include "library.h"

#include <string.h>

static const plu_entry environment[] = {
    /* library     name             origin           why a plugin may have it */
    {"_G", "_VERSION", PLU_FROM_LUA, "a constant"},
    {"_G", "assert", PLU_FROM_LUA, "raises in the plugin only"},
    {"_G", "collectgarbage", PLU_FROM_BRIDGE, "answers \"count\"; steering the collector is the host's"},
    {"_G", "error", PLU_FROM_LUA, "raises in the plugin only"},
    {"_G", "getmetatable", PLU_FROM_LUA, "honours __metatable, which host objects set"},
    {"_G", "ipairs", PLU_FROM_LUA, "pure"},
    {"_G", "load", PLU_FROM_BRIDGE, "text only: bytecode can crash the interpreter; compiled in pieces"},
    {"_G", "next", PLU_FROM_LUA, "pure"},
    {"_G", "pairs", PLU_FROM_LUA, "pure"},
    {"_G", "pcall", PLU_FROM_LUA, "catches the plugin's own errors"},
    {"_G", "print", PLU_FROM_BRIDGE, "goes to the host's log"},
    {"_G", "rawequal", PLU_FROM_LUA, "pure"},
    {"_G", "rawget", PLU_FROM_LUA, "reaches the plugin's own tables"},
    {"_G", "rawlen", PLU_FROM_LUA, "pure"},
    {"_G", "rawset", PLU_FROM_BRIDGE, "reaches the plugin's own tables, not the host's"},
    {"_G", "require", PLU_FROM_BRIDGE, "finds modules in the plugin's own folder and what the host shares"},
    {"_G", "select", PLU_FROM_LUA, "pure"},
    {"_G", "setmetatable", PLU_FROM_BRIDGE, "refuses __gc, which Lua runs without limits"},
    {"_G", "tonumber", PLU_FROM_BRIDGE, "pure; a long numeral is read within the limits"},
    {"_G", "tostring", PLU_FROM_LUA, "pure but for the plugin's own __tostring"},
    {"_G", "type", PLU_FROM_LUA, "pure"},
    {"_G", "warn", PLU_FROM_BRIDGE, "goes to the host's log"},
    {"_G", "xpcall", PLU_FROM_BRIDGE, "catches the plugin's own errors; no handler runs after a stop"},

    {"coroutine", "close", PLU_FROM_BRIDGE, "ends the plugin's own coroutines, within the limits"},
    {"coroutine", "create", PLU_FROM_LUA, "a coroutine inherits the limits"},
    {"coroutine", "isyieldable", PLU_FROM_LUA, "pure"},
    {"coroutine", "resume", PLU_FROM_BRIDGE, "runs the plugin's own coroutines; passes a stop on"},
    {"coroutine", "running", PLU_FROM_LUA, "pure"},
    {"coroutine", "status", PLU_FROM_LUA, "pure"},
    {"coroutine", "wrap", PLU_FROM_BRIDGE, "runs the plugin's own coroutines; passes a stop on"},
    {"coroutine", "yield", PLU_FROM_BRIDGE, "back to the plugin's own resume"},

    {"debug", "traceback", PLU_FROM_LUA, "text only; shows the plugin's own frames"},

    {"math", "abs", PLU_FROM_LUA, "pure"},
    {"math", "acos", PLU_FROM_LUA, "pure"},
    {"math", "asin", PLU_FROM_LUA, "pure"},
    {"math", "atan", PLU_FROM_LUA, "pure"},
    {"math", "ceil", PLU_FROM_LUA, "pure"},
    {"math", "cos", PLU_FROM_LUA, "pure"},
    {"math", "deg", PLU_FROM_LUA, "pure"},
    {"math", "exp", PLU_FROM_LUA, "pure"},
    {"math", "floor", PLU_FROM_LUA, "pure"},
    {"math", "fmod", PLU_FROM_LUA, "pure"},
    {"math", "huge", PLU_FROM_LUA, "a constant"},
    {"math", "log", PLU_FROM_LUA, "pure"},
    {"math", "max", PLU_FROM_LUA, "pure"},
    {"math", "maxinteger", PLU_FROM_LUA, "a constant"},
    {"math", "min", PLU_FROM_LUA, "pure"},
    {"math", "mininteger", PLU_FROM_LUA, "a constant"},
    {"math", "modf", PLU_FROM_LUA, "pure"},
    {"math", "pi", PLU_FROM_LUA, "a constant"},
    {"math", "rad", PLU_FROM_LUA, "pure"},
    {"math", "random", PLU_FROM_LUA, "a generator of the plugin's own state"},
    {"math", "randomseed", PLU_FROM_LUA, "seeds the plugin's own generator"},
    {"math", "sin", PLU_FROM_LUA, "pure"},
    {"math", "sqrt", PLU_FROM_LUA, "pure"},
    {"math", "tan", PLU_FROM_LUA, "pure"},
    {"math", "tointeger", PLU_FROM_LUA, "pure"},
    {"math", "type", PLU_FROM_LUA, "pure"},
    {"math", "ult", PLU_FROM_LUA, "pure"},

    {"os", "clock", PLU_FROM_LUA, "tells the process's CPU time"},
    {"os", "date", PLU_FROM_BRIDGE, "tells the time; never stopped inside of the C library"},
    {"os", "difftime", PLU_FROM_LUA, "pure"},
    {"os", "time", PLU_FROM_BRIDGE, "tells the time; never stopped inside of the C library"},

    {"string", "byte", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"string", "char", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"string", "find", PLU_FROM_BRIDGE, "pure; polls, as a pattern's cost has no bound"},
    {"string", "format", PLU_FROM_BRIDGE, "pure but for the plugin's own __tostring; polls"},
    {"string", "gmatch", PLU_FROM_BRIDGE, "pure; polls, as a pattern's cost has no bound"},
    {"string", "gsub", PLU_FROM_BRIDGE, "calls the plugin's own function; polls"},
    {"string", "len", PLU_FROM_LUA, "pure"},
    {"string", "lower", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"string", "match", PLU_FROM_BRIDGE, "pure; polls, as a pattern's cost has no bound"},
    {"string", "pack", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the format"},
    {"string", "packsize", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the format"},
    {"string", "rep", PLU_FROM_BRIDGE, "bounded by the quota; polls"},
    {"string", "reverse", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"string", "sub", PLU_FROM_LUA, "pure"},
    {"string", "unpack", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the format"},
    {"string", "upper", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},

    {"table", "concat", PLU_FROM_BRIDGE, "reaches the plugin's own tables; polls at each element"},
    {"table", "insert", PLU_FROM_BRIDGE, "reaches the plugin's own tables; polls at each element"},
    {"table", "move", PLU_FROM_BRIDGE, "reaches the plugin's own tables; polls at each element"},
    {"table", "pack", PLU_FROM_BRIDGE, "pure; polls at each element"},
    {"table", "remove", PLU_FROM_BRIDGE, "reaches the plugin's own tables; polls at each element"},
    {"table", "sort", PLU_FROM_BRIDGE, "calls the plugin's own function; polls at each comparison"},
    {"table", "unpack", PLU_FROM_BRIDGE, "pure; polls each 128 elements"},

    {"utf8", "char", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"utf8", "charpattern", PLU_FROM_LUA, "a constant"},
    {"utf8", "codepoint", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"utf8", "codes", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"utf8", "len", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
    {"utf8", "offset", PLU_FROM_BRIDGE, "pure; polls, as its work grows with the text"},
};

static const struct {
  const char *library, *name;
  lua_CFunction function;
  bool wraps;  /* has Lua's own function as its upvalue */
  bool guards; /* is there in a full environment as well */
} bridge_functions[] = {
    {"_G", "collectgarbage", plu_lib_collectgarbage, false, false},
    {"_G", "load", plu_lib_load, false, false},
    {"_G", "print", plu_lib_print, false, false},
    {"_G", "rawset", plu_lib_rawset, false, false},
    {"_G", "require", plu_lib_require, false, false},
    {"_G", "setmetatable", plu_lib_setmetatable, false, false},
    {"_G", "tonumber", plu_lib_tonumber, false, false},
    {"_G", "warn", plu_lib_warn, false, false},
    {"_G", "xpcall", plu_lib_xpcall, true, true},
    {"coroutine", "close", plu_lib_close, false, true},
    {"coroutine", "resume", plu_lib_resume, false, true},
    {"coroutine", "wrap", plu_lib_wrap, false, true},
    {"coroutine", "yield", plu_lib_yield, false, true},
    {"os", "date", plu_os_date, false, false},
    {"os", "time", plu_os_time, false, false},
    {"string", "byte", plu_string_byte, false, false},
    {"string", "char", plu_string_char, false, false},
    {"string", "find", plu_string_find, false, false},
    {"string", "format", plu_string_format, false, false},
    {"string", "gmatch", plu_string_gmatch, false, false},
    {"string", "gsub", plu_string_gsub, false, false},
    {"string", "lower", plu_string_lower, false, false},
    {"string", "match", plu_string_match, false, false},
    {"string", "pack", plu_string_pack, false, false},
    {"string", "packsize", plu_string_packsize, false, false},
    {"string", "rep", plu_string_rep, false, false},
    {"string", "reverse", plu_string_reverse, false, false},
    {"string", "unpack", plu_string_unpack, false, false},
    {"string", "upper", plu_string_upper, false, false},
    {"table", "concat", plu_table_concat, false, false},
    {"table", "insert", plu_table_insert, false, false},
    {"table", "move", plu_table_move, false, false},
    {"table", "pack", plu_table_pack, false, false},
    {"table", "remove", plu_table_remove, false, false},
    {"table", "sort", plu_table_sort, false, false},
    {"table", "unpack", plu_table_unpack, false, false},
    {"utf8", "char", plu_utf8_char, false, false},
    {"utf8", "codepoint", plu_utf8_codepoint, false, false},
    {"utf8", "codes", plu_utf8_codes, false, false},
    {"utf8", "len", plu_utf8_len, false, false},
    {"utf8", "offset", plu_utf8_offset, false, false},
};

static const luaL_Reg libraries[] = {
    {"_G", luaopen_base},         {"coroutine", luaopen_coroutine}, {"debug", luaopen_debug},
    {"math", luaopen_math},       {"os", luaopen_os},               {"string", luaopen_string},
    {"table", luaopen_table},     {"utf8", luaopen_utf8},           {NULL, NULL},
};

/* The sandbox's names, for documentation and tests. */
const plu_entry *plu_environment(size_t *count) {
  *count = sizeof environment / sizeof environment[0];
  return environment;
}

/* [-1, +1, m] Puts the bridge's function in place of Lua's own one, on top. */
static void replace_function(lua_State *L, const char *library, const char *name) {
  for (size_t i = 0; i < sizeof bridge_functions / sizeof bridge_functions[0]; i++) {
    if (strcmp(bridge_functions[i].name, name) != 0 || strcmp(bridge_functions[i].library, library) != 0) continue;
    if (!bridge_functions[i].wraps) lua_pop(L, 1);
    lua_pushcclosure(L, bridge_functions[i].function, bridge_functions[i].wraps);
  }
}

/*
** [-0, +0, e] Opens Lua's libraries, copies what the list names into new tables,
** and leaves the originals unreachable.
*/
void plu_open_sandbox(lua_State *L) {
  lua_settop(L, 0);
  lua_newtable(L); /* 1: Lua's libraries */
  for (const luaL_Reg *library = libraries; library->name != NULL; library++) {
    luaL_requiref(L, library->name, library->func, 0);
    lua_setfield(L, 1, library->name);
  }
  lua_createtable(L, 0, 32); /* 2: the new globals */
  lua_pushvalue(L, 2);
  lua_setfield(L, 2, "_G");
  const char *open = NULL;
  size_t count;
  const plu_entry *entry = plu_environment(&count);
  for (; count > 0; count--, entry++) {
    if (open == NULL || strcmp(open, entry->library) != 0) {
      open = entry->library;
      lua_settop(L, 2);
      lua_getfield(L, 1, open); /* 3: Lua's table */
      if (strcmp(open, "_G") == 0) {
        lua_pushvalue(L, 2);
      } else {
        lua_createtable(L, 0, 16); /* 4: the sandbox's table */
        lua_pushvalue(L, 4);
        lua_setfield(L, 2, open);
      }
    }
    lua_getfield(L, 3, entry->name);
    if (entry->origin == PLU_FROM_BRIDGE) replace_function(L, entry->library, entry->name);
    lua_setfield(L, 4, entry->name);
  }
  lua_settop(L, 2);
  lua_pushliteral(L, "");
  lua_getmetatable(L, 3);
  lua_getfield(L, 2, "string");
  lua_setfield(L, -2, "__index"); /* methods of strings */
  luaL_setfuncs(L, plu_string_metamethods, 0);
  lua_settop(L, 2);
  /* what luaL_traceback looks into for the names of functions */
  lua_newtable(L);
  lua_pushvalue(L, 2);
  lua_setfield(L, 3, "_G");
  for (const luaL_Reg *library = libraries + 1; library->name != NULL; library++) {
    lua_getfield(L, 2, library->name);
    lua_setfield(L, 3, library->name);
  }
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

/*
** [-0, +0, e] A full environment has all of Lua's functions, but for those that would
** keep a call's end from the coroutine that runs.
*/
void plu_open_guards(lua_State *L) {
  for (size_t i = 0; i < sizeof bridge_functions / sizeof bridge_functions[0]; i++) {
    if (!bridge_functions[i].guards) continue;
    const char *library = bridge_functions[i].library, *name = bridge_functions[i].name;
    lua_pushglobaltable(L);
    if (strcmp(library, "_G") != 0) lua_getfield(L, -1, library);
    lua_getfield(L, -1, name);
    replace_function(L, library, name);
    lua_setfield(L, -2, name);
    lua_settop(L, 0);
  }
}
