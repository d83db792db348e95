/* The system's Lua 5.4, found by pkg-config (lua5.4). */
#ifndef PERILUNE_CLUA_SHIM_H
#define PERILUNE_CLUA_SHIM_H

#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>

#if LUA_VERSION_NUM != 504
#error "Perilune needs Lua 5.4: install liblua5.4-dev (Debian) or lua@5.4 (Homebrew), and pkg-config"
#endif

#endif
