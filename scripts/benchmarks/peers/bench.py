# lupa, with its Lua 5.4: LuaRuntime as it comes.
import gc, os, sys, time
from lupa.lua54 import LuaRuntime

folder = sys.argv[1]
now = time.perf_counter_ns


def read_file(name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def emit(workload, value):
    print(f"SAMPLE\t{workload}\tlupa\t{value:.2f}", flush=True)


def bench(workload, run):
    count, spent = 1, 0
    while spent < 20_000_000:
        count *= 2
        start = now()
        run(count)
        spent = now() - start
    count = count * 80_000_000 // spent + 1
    start = now()
    run(count)
    emit(workload, (now() - start) / count)


def check(right):
    if not right:
        sys.exit("lupa: wrong result")


plugin = read_file("plugin.lua")


def load_plugin():
    lua = LuaRuntime()
    check(lua.execute(plugin).initialize() == 40)
    return lua


def resident_bytes():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


if "--memory" in sys.argv:
    load_plugin()  # what is paid once
    gc.collect()
    before, start = resident_bytes(), now()
    kept = [load_plugin() for _ in range(1000)]
    emit("thousand", now() - start)
    if before:
        emit("idle", (resident_bytes() - before) / 1000)
    sys.exit()

lua = LuaRuntime(unpack_returned_tuples=True)
lua.execute(read_file("workloads.lua"))
lua.execute(read_file("compute.lua"))
g = lua.globals()
g.host_add = lambda a, b: a + b
add, echo, update, loop = g.add2, g.echo, g.update_record, g.host_loop
strings = [f"string-{i:02d}-abcdefghijklmnopqrst00" for i in range(16)]
numbers = [i + 0.5 for i in range(10_000)]
record = {
    "id": 17, "name": "lower panel", "kind": "panel", "width": 640, "height": 480, "scale": 1.5, "enabled": True,
    "author": "someone", "revision": 3, "note": "a note of some forty characters, or so",
}


def call(count):
    total = 0
    for _ in range(count):
        total = add(total & 0xFFFF, 1)


def string(count):
    check(sum(len(echo(strings[i & 15])) for i in range(count)) == 32 * count)


def records(count):
    for i in range(count):
        record["id"] = i
        answer = dict(update(lua.table_from(record)).items())
        check(not answer["enabled"] and answer["revision"] == 4 and answer["scale"] == 0.75 and answer["id"] == i + 1)


def array(count):
    for _ in range(count):
        answer = list(echo(lua.table_from(numbers)).values())
        check(len(answer) == 10_000 and answer[9_999] == 9_999.5)


def repeat(function):
    def run(count):
        for _ in range(count):
            function()
    return run


bench("call", call)
bench("string", string)
bench("record", records)
bench("array", array)
bench("host_function", lambda count: check(loop(count) == count))
for workload, function in (("fib", g.w_fib), ("patterns", g.w_string), ("sort", g.w_sort)):
    bench(workload, repeat(function))
repeat(load_plugin)(40)
start = now()
repeat(load_plugin)(400)
emit("load", (now() - start) / 400)
