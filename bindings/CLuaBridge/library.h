/*
** The bridge's own versions of library functions whose work grows with their data.
** Results, errors and argument checks are those of Lua 5.4; besides, they poll, so
** that the end of a call does not wait for them.
*/
#ifndef PERILUNE_LIBRARY_H
#define PERILUNE_LIBRARY_H

#include "bridge.h"

/* arithmetic.c */
extern const luaL_Reg plu_string_metamethods[];

/* load.c */
int plu_lib_load(lua_State *L);

/* numbers.c */
bool plu_push_number(lua_State *L, const char *s, size_t length);
int plu_lib_tonumber(lua_State *L);

/* os.c */
int plu_os_date(lua_State *L);
int plu_os_time(lua_State *L);

/* patterns.c, gsub.c */
int plu_string_find(lua_State *L);
int plu_string_gmatch(lua_State *L);
int plu_string_gsub(lua_State *L);
int plu_string_match(lua_State *L);

/* strings.c */
int plu_string_byte(lua_State *L);
int plu_string_char(lua_State *L);
int plu_string_lower(lua_State *L);
int plu_string_rep(lua_State *L);
int plu_string_reverse(lua_State *L);
int plu_string_upper(lua_State *L);

/* format.c */
int plu_string_format(lua_State *L);

/* pack.c */
int plu_string_pack(lua_State *L);
int plu_string_packsize(lua_State *L);
int plu_string_unpack(lua_State *L);

/* tables.c, sort.c */
int plu_table_concat(lua_State *L);
int plu_table_insert(lua_State *L);
int plu_table_move(lua_State *L);
int plu_table_pack(lua_State *L);
int plu_table_remove(lua_State *L);
int plu_table_sort(lua_State *L);
int plu_table_unpack(lua_State *L);

/* utf8.c */
int plu_utf8_char(lua_State *L);
int plu_utf8_codepoint(lua_State *L);
int plu_utf8_codes(lua_State *L);
int plu_utf8_len(lua_State *L);
int plu_utf8_offset(lua_State *L);

#endif
