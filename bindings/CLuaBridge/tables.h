/* What functions on tables ask of a value that is none. */
#ifndef PERILUNE_TABLES_H
#define PERILUNE_TABLES_H

#include "bridge.h"

enum { PLU_READ = 1, PLU_WRITE = 2, PLU_LENGTH = 4 };

lua_Integer plu_check_length(lua_State *L, int operations);

#endif
