/* A host that offers a script nothing: for benchmarks and fuzzing of the bridge alone. */
#ifndef PERILUNE_QUIET_HOST_H
#define PERILUNE_QUIET_HOST_H

#include "CLuaBridge.h"

static int32_t no_call(void *context, lua_State *L, int64_t function) {
  (void)context, (void)L, (void)function;
  return 0;
}
static bool no_module(void *context, lua_State *L, const char *name, size_t length) {
  (void)context, (void)name, (void)length;
  lua_pushliteral(L, "none");
  return false;
}
static void no_output(void *context, int32_t stream, const char *text, size_t length) { (void)context, (void)stream, (void)text, (void)length; }
static void no_release(void *context, int64_t object, bool closed) { (void)context, (void)object, (void)closed; }

static const plu_host quiet_host = {.call = no_call, .module = no_module, .output = no_output, .release = no_release};

#endif
