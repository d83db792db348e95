/*
** The raw C API: what all others are divided by. Compiles against Lua 5.4 and LuaJIT.
**
**     bench PEER LUA_FOLDER [--memory]
**
** prints lines SAMPLE <workload> <peer> <nanoseconds or bytes>, separated by tabs.
*/
#define _GNU_SOURCE
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if LUA_VERSION_NUM >= 502
#define lua_objlen lua_rawlen
#endif

enum { NUMBERS = 10000, LOADS = 400, THOUSAND = 1000 };

static const char *peer, *folder;
static volatile int64_t sink;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", peer, what);
  exit(1);
}

static void emit(const char *workload, double value) { printf("SAMPLE\t%s\t%s\t%.2f\n", workload, peer, value); }

static char *read_file(const char *name, size_t *size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) die(path);
  char *text = malloc(1 << 20);
  *size = fread(text, 1, 1 << 20, file);
  fclose(file);
  return text;
}

/* Doubles the count until a run takes 20 ms, which warms up, and times one run of about 80 ms. */
static void bench(const char *workload, void (*run)(lua_State *, int64_t), lua_State *L) {
  int64_t count = 1, time = 0, start;
  while (time < 20000000) {
    count *= 2;
    start = now();
    run(L, count);
    time = now() - start;
  }
  count = count * 80000000 / time + 1;
  start = now();
  run(L, count);
  emit(workload, (double)(now() - start) / (double)count);
}

static void call(lua_State *L, int arguments, int results) {
  if (lua_pcall(L, arguments, results, 0) != 0) die(lua_tostring(L, -1));
}

static void load_text(lua_State *L, const char *text, size_t size, int results) {
  if (luaL_loadbuffer(L, text, size, "=bench") != 0) die(lua_tostring(L, -1));
  call(L, 0, results);
}

static int global(lua_State *L, const char *name) {
  lua_getglobal(L, name);
  return luaL_ref(L, LUA_REGISTRYINDEX);
}

static int add, echo, update;

static inline lua_Integer call_add(lua_State *L, lua_Integer a, lua_Integer b) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, add);
  lua_pushinteger(L, a);
  lua_pushinteger(L, b);
  call(L, 2, 1);
  if (!lua_isnumber(L, -1)) die("no number");
  lua_Integer sum = lua_tointeger(L, -1);
  lua_pop(L, 1);
  return sum;
}

static void run_call(lua_State *L, int64_t count) {
  lua_Integer sum = 0;
  for (int64_t i = 0; i < count; i++) sum = call_add(L, sum & 0xffff, 1);
  sink = sum;
}

/* The clock twice, counters, and a histogram of sixteen steps an octave. */
static struct { uint64_t calls, total, longest, buckets[64 * 16]; } monitor;

static inline unsigned bucket(uint64_t v) {
  if (v < 16) return (unsigned)v;
  unsigned top = 63 - (unsigned)__builtin_clzll(v);
  return (top - 3) * 16 + (unsigned)((v >> (top - 4)) & 15);
}

static void run_monitored_call(lua_State *L, int64_t count) {
  lua_Integer sum = 0;
  for (int64_t i = 0; i < count; i++) {
    int64_t start = now();
    sum = call_add(L, sum & 0xffff, 1);
    uint64_t time = (uint64_t)(now() - start);
    monitor.calls++;
    monitor.total += time;
    if (time > monitor.longest) monitor.longest = time;
    monitor.buckets[bucket(time)]++;
  }
  sink = sum;
}

static char strings[16][33];

static void run_string(lua_State *L, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, echo);
    lua_pushlstring(L, strings[i & 15], 32);
    call(L, 1, 1);
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    char *own = malloc(size + 1); /* the host's own copy, as all others make */
    memcpy(own, text, size + 1);
    lua_pop(L, 1);
    __asm__ volatile("" : : "r"(own) : "memory");
    free(own);
  }
}

typedef struct record {
  int64_t id, width, height, revision;
  double scale;
  bool enabled;
  char name[48], kind[48], author[48], note[48];
} record;

static void put_integer(lua_State *L, const char *key, int64_t value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, key);
}

static void put_string(lua_State *L, const char *key, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

static int64_t get_integer(lua_State *L, const char *key) {
  lua_getfield(L, -1, key);
  if (!lua_isnumber(L, -1)) die("a field is no number");
  int64_t value = lua_tointeger(L, -1);
  lua_pop(L, 1);
  return value;
}

static void get_string(lua_State *L, const char *key, char *to) {
  lua_getfield(L, -1, key);
  size_t size;
  const char *text = lua_tolstring(L, -1, &size);
  if (text == NULL || size > 47) die("a field is no short string");
  memcpy(to, text, size + 1);
  lua_pop(L, 1);
}

static void run_record(lua_State *L, int64_t count) {
  record r = {17, 640, 480, 3, 1.5, true, "lower panel", "panel", "someone", "a note of some forty characters, or so"}, q;
  for (int64_t i = 0; i < count; i++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, update);
    lua_createtable(L, 0, 10);
    put_integer(L, "id", i);
    put_string(L, "name", r.name);
    put_string(L, "kind", r.kind);
    put_integer(L, "width", r.width);
    put_integer(L, "height", r.height);
    lua_pushnumber(L, r.scale);
    lua_setfield(L, -2, "scale");
    lua_pushboolean(L, r.enabled);
    lua_setfield(L, -2, "enabled");
    put_string(L, "author", r.author);
    put_integer(L, "revision", r.revision);
    put_string(L, "note", r.note);
    call(L, 1, 1);
    q.id = get_integer(L, "id");
    get_string(L, "name", q.name);
    get_string(L, "kind", q.kind);
    q.width = get_integer(L, "width");
    q.height = get_integer(L, "height");
    lua_getfield(L, -1, "scale");
    q.scale = lua_tonumber(L, -1);
    lua_getfield(L, -2, "enabled");
    q.enabled = lua_toboolean(L, -1);
    lua_pop(L, 2);
    get_string(L, "author", q.author);
    q.revision = get_integer(L, "revision");
    get_string(L, "note", q.note);
    lua_pop(L, 1);
    if (q.enabled || q.revision != 4 || q.scale != 0.75 || q.id != i + 1) die("wrong record");
    __asm__ volatile("" : : "r"(&q) : "memory");
  }
}

static void run_array(lua_State *L, int64_t count) {
  static double numbers[NUMBERS];
  for (int i = 0; i < NUMBERS; i++) numbers[i] = i + 0.5;
  for (int64_t n = 0; n < count; n++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, echo);
    lua_createtable(L, NUMBERS, 0);
    for (int i = 0; i < NUMBERS; i++) {
      lua_pushnumber(L, numbers[i]);
      lua_rawseti(L, -2, i + 1);
    }
    call(L, 1, 1);
    size_t length = lua_objlen(L, -1);
    double *own = malloc(length * sizeof *own);
    for (size_t i = 0; i < length; i++) {
      lua_rawgeti(L, -1, (int)i + 1);
      if (!lua_isnumber(L, -1)) die("an element is no number");
      own[i] = lua_tonumber(L, -1);
      lua_pop(L, 1);
    }
    if (length != NUMBERS || own[NUMBERS - 1] != (double)NUMBERS - 0.5) die("wrong array");
    lua_pop(L, 1);
    free(own);
  }
}

static int host_add(lua_State *L) {
  lua_pushinteger(L, luaL_checkinteger(L, 1) + luaL_checkinteger(L, 2));
  return 1;
}

static void run_host_function(lua_State *L, int64_t count) {
  lua_getglobal(L, "host_loop");
  lua_pushinteger(L, (lua_Integer)count);
  call(L, 1, 1);
  if (lua_tointeger(L, -1) != count) die("wrong loop");
  lua_pop(L, 1);
}

static const char *work;

static void run_work(lua_State *L, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    lua_getglobal(L, work);
    call(L, 0, 1);
    sink = lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
}

static char *plugin;
static size_t plugin_size;

static lua_State *load_plugin(void) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  load_text(L, plugin, plugin_size, 1);
  lua_getfield(L, -1, "initialize");
  call(L, 0, 1);
  if (lua_tointeger(L, -1) != 40) die("wrong plugin");
  lua_pop(L, 1);
  return L;
}

static int by_size(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void bench_load(void) {
  int64_t times[LOADS], total = 0;
  for (int i = -40; i < LOADS; i++) {
    int64_t start = now();
    lua_close(load_plugin());
    if (i >= 0) total += times[i] = now() - start;
  }
  qsort(times, LOADS, sizeof *times, by_size);
  emit("load", (double)(total / LOADS));
  emit("load_p99", (double)times[LOADS * 99 / 100 - 1]);
}

/* 0 where there is no /proc. */
static int64_t resident_bytes(void) {
  long all, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%ld %ld", &all, &resident) != 2) resident = 0;
  fclose(file);
  return resident * sysconf(_SC_PAGESIZE);
}

static void bench_thousand(void) {
  static lua_State *kept[THOUSAND];
  lua_close(load_plugin()); /* what is paid once */
  int64_t bytes = resident_bytes(), start = now();
  for (int i = 0; i < THOUSAND; i++) kept[i] = load_plugin();
  emit("thousand", (double)(now() - start));
  if (bytes > 0) emit("idle", (double)((resident_bytes() - bytes) / THOUSAND));
  sink = (int64_t)(intptr_t)kept[0];
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  peer = argv[1];
  folder = argv[2];
  plugin = read_file("plugin.lua", &plugin_size);
  if (argc > 3) {
    bench_thousand();
    return 0;
  }
  for (int i = 0; i < 16; i++) snprintf(strings[i], sizeof strings[i], "string-%02d-abcdefghijklmnopqrst00", i);
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushcfunction(L, host_add);
  lua_setglobal(L, "host_add");
  size_t size;
  char *text = read_file("workloads.lua", &size);
  load_text(L, text, size, 0);
  text = read_file("compute.lua", &size);
  load_text(L, text, size, 0);
  add = global(L, "add2");
  echo = global(L, "echo");
  update = global(L, "update_record");

  bench("call", run_call, L);
  bench("string", run_string, L);
  bench("record", run_record, L);
  bench("array", run_array, L);
  bench("host_function", run_host_function, L);
  work = "w_fib";
  bench("fib", run_work, L);
  work = "w_string";
  bench("patterns", run_work, L);
  work = "w_sort";
  bench("sort", run_work, L);
  bench("monitored_call", run_monitored_call, L);
  bench_load();
  return 0;
}
