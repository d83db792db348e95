/*
** What the guard costs, and how soon it ends a call: the bridge beside a raw host
** on the same liblua, interleaved, in one process. Prints the rows of a table.
*/
#include "quiet_host.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 9, CALLS = 100000, CALL_ROUNDS = 45, RUNAWAYS = 200, THREADS = 64 };

static int64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static plu_state *open_guarded(int64_t cpu) {
  plu_state *S = plu_open(quiet_host, (plu_options){.sandboxed = true, .quota = (size_t)64 << 20});
  plu_set_budget(S, (plu_budget){.cpu = cpu, .wall = 100 * cpu});
  return S;
}

/* Calls a function of S without arguments, and drops what it returns. */
static void call_guarded(plu_state *S, int reference) {
  lua_State *L;
  int results;
  plu_begin(S, &L);
  plu_push_reference(L, reference);
  int status = plu_resume(S, L, 0, &results);
  plu_end(S, L, status == LUA_OK);
}

/* The function that a text returns. */
static int load_guarded(plu_state *S, const char *text) {
  lua_State *L;
  int results;
  plu_begin(S, &L);
  if (plu_load(S, L, text, strlen(text), "@bench.lua", false) != LUA_OK || plu_resume(S, L, 0, &results) != LUA_OK) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    exit(1);
  }
  int reference = plu_reference(L);
  plu_end(S, L, true);
  return reference;
}

static void row(const char *what, double goal, double seen, const char *detail) {
  const char *mark = goal == 0 ? "" : seen <= goal ? "met" : "MISSED";
  if (goal == 0)
    printf("| %s | | %.2fx %s | |\n", what, seen, detail);
  else
    printf("| %s | <= %.2fx | %.2fx %s | %s |\n", what, goal, seen, detail, mark);
}

typedef struct workload {
  const char *name;
  double goal;
  const char *text;
} workload;

static const workload workloads[] = {
    {"fib(27)", 1.03, "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return function() fib(27) end"},
    {"loop of 3 million steps", 1.03, "return function() local x = 0 for i = 1, 3000000 do x = x + i % 7 end end"},
    {"tables: 60,000 records", 1.03,
     "return function() local t = {} for i = 1, 60000 do t[i] = { i, name = 'n' .. i % 100 } end local s = 0 for _, v in ipairs(t) do s = s + v[1] end end"},
    {"strings: build, concatenate, index", 1.03,
     "return function() local t = {} for i = 1, 60000 do t[i] = 'item ' .. i .. ' of many' end local n = 0 for _, s in ipairs(t) do n = n + #s end end"},
    {"objects: 200,000 method calls", 1.03,
     "local P = {} P.__index = P function P.new(x) return setmetatable({ x = x }, P) end function P:add(o) return P.new(self.x + o.x) end "
     "return function() local a, b = P.new(0), P.new(1) for i = 1, 200000 do a = a:add(b) end end"},
    {"string.find", 1.15, "local s = ('abc def '):rep(2000) return function() for i = 1, 40 do local p = 1 while p do local _, e = s:find('%a+%s', p) p = e and e + 1 end end end"},
    {"string.find, plain", 1.15, "local s = ('abc def '):rep(20000) .. 'x' return function() for i = 1, 200 do s:find('x', 1, true) end end"},
    {"string.gmatch", 1.15, "local s = ('key=value; '):rep(2000) return function() for i = 1, 20 do for k, v in s:gmatch('(%w+)=(%w+)') do end end end"},
    {"string.gsub", 1.15, "local s = ('hello world '):rep(2000) return function() for i = 1, 20 do s:gsub('%w+', '<%0>') end end"},
    {"string.format", 1.15, "return function() for i = 1, 100000 do local s = ('%d %s %5.2f'):format(i, 'x', i / 3) end end"},
    {"string.rep, upper, reverse", 1.15, "return function() for i = 1, 2000 do local s = ('abc'):rep(1000):upper():reverse() end end"},
    {"string.pack, unpack", 1.15, "return function() for i = 1, 60000 do local a, b = string.unpack('<i4s2', string.pack('<i4s2', i, 'abc')) end end"},
    {"table.insert, remove", 1.15, "return function() local t = {} for i = 1, 200000 do table.insert(t, i) end for i = 1, 200000 do table.remove(t) end end"},
    {"table.concat", 1.15, "local t = {} for i = 1, 10000 do t[i] = 'item' .. i end return function() for i = 1, 30 do table.concat(t, ',') end end"},
    {"table.sort", 1.15, "return function() local t, x = {}, 1 for i = 1, 30000 do x = (x * 16807) % 2147483647 t[i] = x end table.sort(t) end"},
    {"table.unpack", 1.15, "local t = {} for i = 1, 100 do t[i] = i end return function() for i = 1, 30000 do table.unpack(t) end end"},
    {"utf8.len, codes", 1.15, "local s = ('a\\u{e4}\\u{20ac}'):rep(3000) return function() for i = 1, 20 do utf8.len(s) for p, c in utf8.codes(s) do end end end"},
};

/*
** A round has states of its own, in other places of memory: where Lua's stack and
** code lie at addresses that are alike modulo 4096, a loop takes a fifth more time,
** with or without a guard.
*/
static void compute(void) {
  for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; i++) {
    const workload *w = &workloads[i];
    void *shifts[ROUNDS];
    int64_t raw = INT64_MAX, guarded = INT64_MAX;
    for (int round = 0; round < ROUNDS; round++) {
      shifts[round] = malloc(200 + 336 * (size_t)round);
      lua_State *R = luaL_newstate();
      luaL_openlibs(R);
      if (luaL_dostring(R, w->text) != LUA_OK) exit(1);
      plu_state *S = open_guarded(60000000000);
      int reference = load_guarded(S, w->text);
      int64_t start = now(CLOCK_MONOTONIC);
      lua_pushvalue(R, -1);
      lua_call(R, 0, 0);
      int64_t middle = now(CLOCK_MONOTONIC);
      call_guarded(S, reference);
      int64_t end = now(CLOCK_MONOTONIC);
      if (middle - start < raw) raw = middle - start;
      if (end - middle < guarded) guarded = end - middle;
      plu_close(S);
      lua_close(R);
    }
    for (int round = 0; round < ROUNDS; round++) free(shifts[round]);
    char detail[64];
    snprintf(detail, sizeof detail, "(%.1f ms)", (double)guarded / 1e6);
    row(w->name, w->goal, (double)guarded / (double)raw, detail);
  }
}

/* The fastest of ROUNDS runs of a text in a raw state with this collector. */
static int64_t run_with_collector(const char *text, int mode, size_t *peak) {
  int64_t fastest = INT64_MAX;
  for (int round = 0; round < ROUNDS; round++) {
    lua_State *R = luaL_newstate();
    luaL_openlibs(R);
    if (mode == LUA_GCGEN)
      lua_gc(R, LUA_GCGEN, 0, 0);
    else
      lua_gc(R, LUA_GCINC, 0, 0, 0);
    if (luaL_dostring(R, text) != LUA_OK) exit(1);
    int64_t start = now(CLOCK_MONOTONIC);
    lua_call(R, 0, 0);
    int64_t took = now(CLOCK_MONOTONIC) - start;
    if (took < fastest) fastest = took;
    *peak = (size_t)lua_gc(R, LUA_GCCOUNT, 0);
    lua_close(R);
  }
  return fastest;
}

/* Which of Lua's collectors plugins should have. */
static void collectors(void) {
  static const workload made[] = {
      {"many records that stay", 0, "return function() local t = {} for i = 1, 60000 do t[i] = { i, name = 'n' .. i % 100 } end return t end"},
      {"objects that die at once", 0,
       "local P = {} P.__index = P return function() local a for i = 1, 200000 do a = setmetatable({ x = i }, P) end end"},
      {"strings that die at once", 0, "return function() for i = 1, 200000 do local s = 'item ' .. i end end"},
      {"little garbage beside 100,000 live records", 0,
       "local t = {} for i = 1, 100000 do t[i] = { i } end return function() for i = 1, 100000 do local x = { i } end return t end"},
      {"a cache whose records are replaced", 0,
       "local t = {} for i = 1, 20000 do t[i] = { i } end return function() for i = 1, 200000 do t[i * 7 % 20000 + 1] = { i, 'v' .. i % 10 } end end"},
  };
  for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
    size_t incremental_peak = 0, generational_peak = 0;
    int64_t incremental = run_with_collector(made[i].text, LUA_GCINC, &incremental_peak);
    int64_t generational = run_with_collector(made[i].text, LUA_GCGEN, &generational_peak);
    char what[96], detail[96];
    snprintf(what, sizeof what, "generational collector to incremental: %s", made[i].name);
    snprintf(detail, sizeof detail, "(heap %zu KB to %zu KB)", generational_peak, incremental_peak);
    row(what, 0, (double)generational / (double)incremental, detail);
  }
}

static void call(void) {
  const char *text = "return function(a, b) return a + b end";
  lua_State *R = luaL_newstate();
  if (luaL_dostring(R, text) != LUA_OK) exit(1);
  int raw_reference = luaL_ref(R, LUA_REGISTRYINDEX);
  plu_state *S = open_guarded(1000000000);
  int reference = load_guarded(S, text);
  int64_t raw = INT64_MAX, guarded = INT64_MAX;
  for (int round = 0; round < CALL_ROUNDS; round++) {
    int64_t start = now(CLOCK_MONOTONIC);
    for (int i = 0; i < CALLS; i++) {
      lua_rawgeti(R, LUA_REGISTRYINDEX, raw_reference);
      lua_pushinteger(R, i);
      lua_pushinteger(R, 2);
      lua_pcall(R, 2, 1, 0);
      if (lua_tointeger(R, -1) != i + 2) exit(1);
      lua_settop(R, 0);
    }
    int64_t middle = now(CLOCK_MONOTONIC);
    for (int i = 0; i < CALLS; i++) {
      lua_State *L;
      int results;
      plu_begin(S, &L);
      plu_push_reference(L, reference);
      lua_pushinteger(L, i);
      lua_pushinteger(L, 2);
      plu_resume(S, L, 2, &results);
      if (lua_tointeger(L, -1) != i + 2) exit(1);
      plu_end(S, L, true);
    }
    int64_t end = now(CLOCK_MONOTONIC);
    if (middle - start < raw) raw = middle - start;
    if (end - middle < guarded) guarded = end - middle;
  }
  char detail[80];
  snprintf(detail, sizeof detail, "(%.0f ns, a bare lua_pcall %.0f ns)", (double)guarded / (double)CALLS, (double)raw / (double)CALLS);
  row("call with two integers, limits on", 1.2, (double)guarded / (double)raw, detail);
  plu_close(S);
  lua_close(R);
}

/* --- runaways --- */

static const char *const runaways[] = {
    "return function() while true do end end",
    "return function() while true do pcall(function() while true do end end) end end",
    "return function() xpcall(function() while true do end end, function() while true do end end) end",
    "return function() while true do coroutine.resume(coroutine.create(function() while true do end end)) end end",
    "return function() table.sort({ 1, 2, 3 }, function() while true do end end) end",
    "return function() local t = {} while true do t[#t % 1000 + 1] = { #t } end end",
    "return function() return ('a'):rep(400):find(('.-'):rep(4) .. 'b') end",
    "return function() local m, t = (1 << 17) - 1, {} for k = 1, 65536 do t[k * m] = true end for k = 65537, 65546 do t[k * m] = true end end",
};
enum { LIMIT = 20000000, KINDS = sizeof runaways / sizeof runaways[0] };

typedef struct runner {
  pthread_t thread;
  int first, count;
  double over[RUNAWAYS];
} runner;

static void *run_away(void *data) {
  runner *r = data;
  for (int i = 0; i < r->count; i++) {
    plu_state *S = open_guarded(LIMIT);
    int reference = load_guarded(S, runaways[(r->first + i) % KINDS]);
    int64_t start = now(CLOCK_THREAD_CPUTIME_ID);
    call_guarded(S, reference);
    r->over[i] = (double)(now(CLOCK_THREAD_CPUTIME_ID) - start - LIMIT) / 1e6;
    if (plu_stopped(S) == PLU_RUNNING) {
      fprintf(stderr, "runaway %d was not ended\n", (r->first + i) % KINDS);
      exit(1);
    }
    plu_close(S);
  }
  return NULL;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void runaway(int threads) {
  static runner runners[THREADS];
  static double all[RUNAWAYS * 2];
  int each = (RUNAWAYS + threads - 1) / threads, total = 0;
  for (int i = 0; i < threads; i++) {
    runners[i].first = i;
    runners[i].count = each;
    pthread_create(&runners[i].thread, NULL, run_away, &runners[i]);
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(runners[i].thread, NULL);
    for (int k = 0; k < each; k++) all[total++] = runners[i].over[k];
  }
  qsort(all, (size_t)total, sizeof all[0], by_value);
  double p99 = all[total * 99 / 100];
  printf("| runaway ended after its deadline, %d at once, p99 of %d (thread's CPU) | < 10 ms | %.1f ms (median %.1f, most %.1f) | %s |\n", threads, total, p99,
         all[total / 2], all[total - 1], p99 < 10 ? "met" : "MISSED");
}

int main(int argc, char **argv) {
  const char *only = argc > 1 ? argv[1] : NULL;
  printf("| what | goal | seen | |\n|---|---|---|---|\n");
  if (only == NULL || strcmp(only, "compute") == 0) compute();
  if (only == NULL || strcmp(only, "call") == 0) call();
  if (only == NULL || strcmp(only, "collectors") == 0) collectors();
  if (only == NULL || strcmp(only, "runaway") == 0) {
    runaway(1);
    runaway(THREADS);
  }
}
