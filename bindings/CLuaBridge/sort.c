/* table.sort; semantics, and the order in which it compares, follow Lua 5.4's ltablib.c. */
#include "library.h"
#include "tables.h"

#include <limits.h>
#include <time.h>

enum { LARGE = 100 /* above it a pivot may be random */ };

/* A number that scripts cannot foresee, for pivots. */
static unsigned int unforeseen(void) {
  uint64_t mixed = (uint64_t)clock() + (uint64_t)time(NULL);
  return (unsigned int)(mixed ^ mixed >> 32);
}

/* [-2, +0, e] list[i], list[j] = the value on top, the one below it */
static void set_pair(lua_State *L, unsigned int i, unsigned int j) {
  lua_seti(L, 1, i);
  lua_seti(L, 1, j);
}

/* [-0, +0, e] Whether the value at A comes before that at B; both are counted from the top. */
static bool is_before(lua_State *L, int a, int b) {
  plu_poll(L);
  if (lua_isnil(L, 2)) return lua_compare(L, a, b, LUA_OPLT) != 0;
  lua_pushvalue(L, 2);
  lua_pushvalue(L, a - 1);
  lua_pushvalue(L, b - 2);
  lua_call(L, 2, 1);
  bool before = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return before;
}

/*
** [-1, +0, e] Divides low..high by the pivot on top, which is list[high - 1], where
** list[low] <= pivot <= list[high]. Returns where the pivot is in the end.
*/
static unsigned int divide(lua_State *L, unsigned int low, unsigned int high) {
  unsigned int i = low, j = high - 1;
  for (;;) {
    while ((void)lua_geti(L, 1, ++i), is_before(L, -1, -2)) {
      if (i == high - 1) luaL_error(L, "invalid order function for sorting");
      lua_pop(L, 1);
    }
    while ((void)lua_geti(L, 1, --j), is_before(L, -3, -1)) {
      if (j < i) luaL_error(L, "invalid order function for sorting");
      lua_pop(L, 1);
    }
    if (j < i) {
      lua_pop(L, 1);
      set_pair(L, high - 1, i);
      return i;
    }
    set_pair(L, i, j);
  }
}

/* An index in the middle half of low..high. */
static unsigned int random_pivot(unsigned int low, unsigned int high, unsigned int random) {
  unsigned int quarter = (high - low) / 4;
  return random % (quarter * 2) + (low + quarter);
}

/* [-0, +0, e] Sorts low..high; RANDOM is 0 until a division was uneven. */
static void sort_range(lua_State *L, unsigned int low, unsigned int high, unsigned int random) {
  while (low < high) {
    lua_geti(L, 1, low);
    lua_geti(L, 1, high);
    if (is_before(L, -1, -2))
      set_pair(L, low, high);
    else
      lua_pop(L, 2);
    if (high - low == 1) return;
    unsigned int pivot = high - low < LARGE || random == 0 ? (low + high) / 2 : random_pivot(low, high, random);
    lua_geti(L, 1, pivot);
    lua_geti(L, 1, low);
    if (is_before(L, -2, -1)) {
      set_pair(L, pivot, low);
    } else {
      lua_pop(L, 1);
      lua_geti(L, 1, high);
      if (is_before(L, -1, -2))
        set_pair(L, pivot, high);
      else
        lua_pop(L, 2);
    }
    if (high - low == 2) return;
    lua_geti(L, 1, pivot);
    lua_pushvalue(L, -1);
    lua_geti(L, 1, high - 1);
    set_pair(L, pivot, high - 1);
    pivot = divide(L, low, high);
    unsigned int smaller; /* it is the smaller part that recurs: the depth is logarithmic */
    if (pivot - low < high - pivot) {
      sort_range(L, low, pivot - 1, random);
      smaller = pivot - low;
      low = pivot + 1;
    } else {
      sort_range(L, pivot + 1, high, random);
      smaller = high - pivot;
      high = pivot - 1;
    }
    if ((high - low) / 128 > smaller) random = unforeseen();
  }
}

/* [-n, +0, e] table.sort(list, comparator) */
int plu_table_sort(lua_State *L) {
  lua_Integer length = plu_check_length(L, PLU_READ | PLU_WRITE);
  if (length > 1) {
    luaL_argcheck(L, length < INT_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    sort_range(L, 1, (unsigned int)length, 0);
  }
  return 0;
}
