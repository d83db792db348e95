// sol2 as a host uses it: protected_function, default settings.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sol/sol.hpp>
#include <sstream>
#include <string>
#include <time.h>
#include <unistd.h>
#include <vector>

static std::string folder;
static volatile int64_t sink;

static int64_t now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return int64_t(t.tv_sec) * 1000000000 + t.tv_nsec;
}

static std::string read_file(const char *name) {
  std::ifstream file(folder + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

static void emit(const char *workload, double value) { std::printf("SAMPLE\t%s\tsol2\t%.2f\n", workload, value); }

static void check(bool right) {
  if (!right) {
    std::fprintf(stderr, "sol2: wrong result\n");
    std::exit(1);
  }
}

template <class F> static void bench(const char *workload, F run) {
  int64_t count = 1, time = 0, start;
  while (time < 20000000) {
    count *= 2;
    start = now();
    run(count);
    time = now() - start;
  }
  count = count * 80000000 / time + 1;
  start = now();
  run(count);
  emit(workload, double(now() - start) / double(count));
}

template <class R> static R take(sol::protected_function_result result) {
  if (!result.valid()) throw sol::error(result);
  return result.get<R>();
}

struct Record {
  int64_t id = 17, width = 640, height = 480, revision = 3;
  double scale = 1.5;
  bool enabled = true;
  std::string name = "lower panel", kind = "panel", author = "someone", note = "a note of some forty characters, or so";
};

static std::string plugin;

static void load_plugin(sol::state &lua) {
  lua.open_libraries();
  sol::table table = lua.safe_script(plugin, "=plugin");
  sol::protected_function initialize = table["initialize"];
  check(take<int>(initialize()) == 40);
}

static int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t all, resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

static void bench_thousand() {
  {
    sol::state lua; // what is paid once
    load_plugin(lua);
  }
  std::vector<sol::state> kept;
  kept.reserve(1000);
  int64_t bytes = resident_bytes(), start = now();
  for (int i = 0; i < 1000; i++) load_plugin(kept.emplace_back());
  emit("thousand", double(now() - start));
  if (bytes > 0) emit("idle", double(resident_bytes() - bytes) / 1000);
}

int main(int argc, char **argv) {
  if (argc < 2) return 64;
  folder = argv[1];
  plugin = read_file("plugin.lua");
  if (argc > 2) {
    bench_thousand();
    return 0;
  }
  std::vector<std::string> strings;
  for (int i = 0; i < 16; i++) strings.push_back(std::string("string-") + (i < 10 ? "0" : "") + std::to_string(i) + "-abcdefghijklmnopqrst00");
  std::vector<double> numbers;
  for (int i = 0; i < 10000; i++) numbers.push_back(i + 0.5);
  sol::state lua;
  lua.open_libraries();
  lua.set_function("host_add", [](int64_t a, int64_t b) { return a + b; });
  lua.safe_script(read_file("workloads.lua"), "=workloads");
  lua.safe_script(read_file("compute.lua"), "=compute");
  sol::protected_function add = lua["add2"], echo = lua["echo"], update = lua["update_record"], loop = lua["host_loop"];

  bench("call", [&](int64_t count) {
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++) sum = take<int64_t>(add(sum & 0xffff, 1));
    sink = sum;
  });
  bench("string", [&](int64_t count) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < count; i++) bytes += int64_t(take<std::string>(echo(strings[size_t(i & 15)])).size());
    check(bytes == 32 * count);
  });
  bench("record", [&](int64_t count) {
    Record r;
    for (int64_t i = 0; i < count; i++) {
      sol::table in = lua.create_table_with(
          "id", i, "name", r.name, "kind", r.kind, "width", r.width, "height", r.height, "scale", r.scale, "enabled", r.enabled,
          "author", r.author, "revision", r.revision, "note", r.note);
      sol::table out = take<sol::table>(update(in));
      Record q;
      q.id = out.get<int64_t>("id");
      q.name = out.get<std::string>("name");
      q.kind = out.get<std::string>("kind");
      q.width = out.get<int64_t>("width");
      q.height = out.get<int64_t>("height");
      q.scale = out.get<double>("scale");
      q.enabled = out.get<bool>("enabled");
      q.author = out.get<std::string>("author");
      q.revision = out.get<int64_t>("revision");
      q.note = out.get<std::string>("note");
      check(!q.enabled && q.revision == 4 && q.scale == 0.75 && q.id == i + 1);
    }
  });
  bench("array", [&](int64_t count) {
    for (int64_t i = 0; i < count; i++) {
      auto answer = take<sol::as_table_t<std::vector<double>>>(echo(sol::as_table(numbers)));
      check(answer.value().size() == 10000 && answer.value()[9999] == 9999.5);
    }
  });
  bench("host_function", [&](int64_t count) { check(take<int64_t>(loop(count)) == count); });
  const char *works[3][2] = {{"fib", "w_fib"}, {"patterns", "w_string"}, {"sort", "w_sort"}};
  for (auto &work : works) {
    sol::protected_function function = lua[work[1]];
    bench(work[0], [&](int64_t count) {
      for (int64_t i = 0; i < count; i++) sink = take<int64_t>(function());
    });
  }
  int64_t start = 0;
  for (int i = -40; i < 400; i++) {
    if (i == 0) start = now();
    sol::state fresh;
    load_plugin(fresh);
  }
  emit("load", double(now() - start) / 400);
}
