/*
** os.date and os.time; semantics follow Lua 5.4's loslib.c. What the C library
** locks or allocates for (time zones, names of days) runs in critical sections.
*/
#include "library.h"
#include "text.h"

#include <time.h>

enum { MOST_OF_CONVERSION = 250 };

/* strftime's conversions by length, a '|' for each step. */
static const char conversions[] = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"
                                  "||"
                                  "EcECExEXEyEY"
                                  "OdOeOHOIOmOMOSOuOUOVOwOWOy";

/* [-0, +0, m] table.KEY = value, of the table on top. */
static void set_number(lua_State *L, const char *key, int value, int offset) {
  lua_pushinteger(L, (lua_Integer)value + offset);
  lua_setfield(L, -2, key);
}

/* [-0, +0, e] The fields of the table on top. */
static void set_fields(lua_State *L, const struct tm *date) {
  set_number(L, "year", date->tm_year, 1900);
  set_number(L, "month", date->tm_mon, 1);
  set_number(L, "day", date->tm_mday, 0);
  set_number(L, "hour", date->tm_hour, 0);
  set_number(L, "min", date->tm_min, 0);
  set_number(L, "sec", date->tm_sec, 0);
  set_number(L, "yday", date->tm_yday, 1);
  set_number(L, "wday", date->tm_wday, 1);
  if (date->tm_isdst < 0) return;
  lua_pushboolean(L, date->tm_isdst);
  lua_setfield(L, -2, "isdst");
}

/* [-0, +0, e] A field of the table on top; OTHERWISE where it is absent, if that is not negative. */
static int get_number(lua_State *L, const char *key, int otherwise, int offset) {
  int is_integer;
  int type = lua_getfield(L, -1, key);
  lua_Integer value = lua_tointegerx(L, -1, &is_integer);
  if (is_integer) {
    if (value >= 0 ? value - offset > INT_MAX : value < INT_MIN + offset)
      return luaL_error(L, "field '%s' is out-of-bound", key);
    value -= offset;
  } else {
    if (type != LUA_TNIL) return luaL_error(L, "field '%s' is not an integer", key);
    if (otherwise < 0) return luaL_error(L, "field '%s' missing in date table", key);
    value = otherwise;
  }
  lua_pop(L, 1);
  return (int)value;
}

/* [-0, +0, e] Copies the conversion at S to SPECIFICATION; returns what follows it. */
static const char *read_conversion(lua_State *L, const char *s, ptrdiff_t left, char *specification) {
  int length = 1;
  for (const char *known = conversions; *known != '\0' && length <= left; known += length) {
    if (*known == '|') {
      length++;
    } else if (memcmp(s, known, (size_t)length) == 0) {
      memcpy(specification, s, (size_t)length);
      specification[length] = '\0';
      return s + length;
    }
  }
  luaL_argerror(L, 1, lua_pushfstring(L, "invalid conversion specifier '%%%s'", s));
  return s;
}

/* [-0, +1, e] Pushes the date as the format from S to END says. */
static void push_date(lua_State *L, const char *s, const char *end, const struct tm *date) {
  plu_state *S = plu_state_of(L);
  char specification[4] = "%";
  luaL_Buffer result;
  luaL_buffinit(L, &result);
  while (s < end) {
    plu_poll(L);
    if (*s != '%') {
      luaL_addchar(&result, *s++);
      continue;
    }
    char *buffer = luaL_prepbuffsize(&result, MOST_OF_CONVERSION);
    s++;
    s = read_conversion(L, s, end - s, specification + 1);
    plu_enter_critical(S);
    size_t written = strftime(buffer, MOST_OF_CONVERSION, specification, date);
    plu_leave_critical(S);
    luaL_addsize(&result, written);
  }
  luaL_pushresult(&result);
}

/* [-0, +0, e] */
static time_t check_time(lua_State *L, int arg) {
  lua_Integer value = luaL_checkinteger(L, arg);
  luaL_argcheck(L, (time_t)value == value, arg, "time out-of-bounds");
  return (time_t)value;
}

/* [-n, +1, e] os.date(format, time) */
int plu_os_date(lua_State *L) {
  plu_state *S = plu_state_of(L);
  size_t length;
  const char *s = luaL_optlstring(L, 1, "%c", &length);
  time_t moment = luaL_opt(L, check_time, 2, time(NULL));
  const char *end = s + length;
  bool universal = *s == '!';
  if (universal) s++;
  struct tm date;
  plu_enter_critical(S);
  bool is_known = (universal ? gmtime_r(&moment, &date) : localtime_r(&moment, &date)) != NULL;
  plu_leave_critical(S);
  if (!is_known) return luaL_error(L, "date result cannot be represented in this installation");
  if (strcmp(s, "*t") == 0) {
    lua_createtable(L, 0, 9);
    set_fields(L, &date);
  } else {
    push_date(L, s, end, &date);
  }
  return 1;
}

/* [-n, +1, e] os.time(table) */
int plu_os_time(lua_State *L) {
  time_t moment;
  if (lua_isnoneornil(L, 1)) {
    moment = time(NULL);
  } else {
    struct tm date = {0};
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    date.tm_year = get_number(L, "year", -1, 1900);
    date.tm_mon = get_number(L, "month", -1, 1);
    date.tm_mday = get_number(L, "day", -1, 0);
    date.tm_hour = get_number(L, "hour", 12, 0);
    date.tm_min = get_number(L, "min", 0, 0);
    date.tm_sec = get_number(L, "sec", 0, 0);
    date.tm_isdst = lua_getfield(L, 1, "isdst") == LUA_TNIL ? -1 : lua_toboolean(L, -1);
    lua_pop(L, 1);
    plu_state *S = plu_state_of(L);
    plu_enter_critical(S);
    moment = mktime(&date);
    plu_leave_critical(S);
    set_fields(L, &date);
  }
  if (moment == (time_t)-1) return luaL_error(L, "time result cannot be represented in this installation");
  lua_pushinteger(L, (lua_Integer)moment);
  return 1;
}
