/* Arithmetic on strings, the string metatable's metamethods; semantics follow Lua 5.4's lstrlib.c. */
#include "library.h"

/* [-0, +(0|1), e] Pushes argument ARG as a number, and returns whether it is one. */
static bool push_operand(lua_State *L, int arg) {
  if (lua_type(L, arg) == LUA_TNUMBER) {
    lua_pushvalue(L, arg);
    return true;
  }
  size_t length;
  const char *s = lua_tolstring(L, arg, &length);
  return s != NULL && plu_push_number(L, s, length);
}

/* [-n, +1, e] The operation on the two arguments; if they are no numbers, the second one's metamethod. */
static int calculate(lua_State *L, int operation, const char *event) {
  if (push_operand(L, 1) && push_operand(L, 2)) {
    lua_arith(L, operation);
    return 1;
  }
  lua_settop(L, 2);
  if (lua_type(L, 2) == LUA_TSTRING || !luaL_getmetafield(L, 2, event))
    return luaL_error(L, "attempt to %s a '%s' with a '%s'", event + 2, luaL_typename(L, -2), luaL_typename(L, -1));
  lua_insert(L, -3);
  lua_call(L, 2, 1);
  return 1;
}

static int add(lua_State *L) { return calculate(L, LUA_OPADD, "__add"); }
static int subtract(lua_State *L) { return calculate(L, LUA_OPSUB, "__sub"); }
static int multiply(lua_State *L) { return calculate(L, LUA_OPMUL, "__mul"); }
static int modulo(lua_State *L) { return calculate(L, LUA_OPMOD, "__mod"); }
static int power(lua_State *L) { return calculate(L, LUA_OPPOW, "__pow"); }
static int divide(lua_State *L) { return calculate(L, LUA_OPDIV, "__div"); }
static int divide_whole(lua_State *L) { return calculate(L, LUA_OPIDIV, "__idiv"); }
static int negate(lua_State *L) { return calculate(L, LUA_OPUNM, "__unm"); }

const luaL_Reg plu_string_metamethods[] = {
    {"__add", add},     {"__sub", subtract}, {"__mul", multiply},      {"__mod", modulo}, {"__pow", power},
    {"__div", divide},  {"__unm", negate},   {"__idiv", divide_whole}, {NULL, NULL},
};
