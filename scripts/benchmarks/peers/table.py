"""Reads lines SAMPLE <workload> <peer> <value>; prints a Markdown table of ratios to raw C."""
import statistics, sys

PEERS = ["sol2", "tomsci/LuaSwift", "lupa", "LuaJIT"]
# workload, what it is, the greatest ratio that will do; None: that of the fastest managed peer
ROWS = [
    ("call", "call with two integers", 1.2),
    ("monitored_call", "the same, monitored, to a timed C call", 1.5),
    ("awaited_call", "the same, awaited in a task", 1.5),
    ("string", "32-byte string in and out", 1.35),
    ("record", "record of 10 fields in and out, by Codable", 3.0),
    ("record_by_hand", "the same, by a conformance", 1.5),
    ("array", "array of 10,000 numbers in and out", None),
    ("host_function", "host function from Lua, typed", 1.4),
    ("host_function_untyped", "one that works on Lua's stack by hand", None),
    ("fib", "compute: fib(27)", 1.03),
    ("patterns", "compute: patterns, gsub, upper", 1.03),
    ("sort", "compute: table.sort", 1.03),
    ("load", "load a 40-function plugin, initialize, close", 1.2),
    ("load_p99", "its 99th percentile", None),
    ("thousand", "1,000 plugins loaded, to C loads in a row", 0.7),
    ("idle", "memory of an idle plugin", 1.1),
]
LOAD_P99 = 1e6

samples = {}
for line in sys.stdin:
    if line.startswith("SAMPLE\t"):
        _, workload, peer, value = line.rstrip("\n").split("\t")
        samples.setdefault(peer, {}).setdefault(workload, []).append(float(value))


def values(peer, workload):
    """What has one way to do a record or a call has it for both rows; the base is the same for both kinds of host function."""
    of_peer = samples.get(peer, {})
    if (peer, workload) == ("c", "host_function_untyped"):
        workload = "host_function"
    other = {"record_by_hand": "record", "awaited_call": "monitored_call"}.get(workload)
    return of_peer.get(workload) or (of_peer.get(other) if peer not in ("perilune", "tomsci/LuaSwift") else None)


def ratio(peer, workload, pick=min):
    seen, base = values(peer, workload), values("c", workload)
    return pick(seen) / pick(base) if seen and base else None


def shown(value):
    return "–" if value is None else f"{value:.2f}"


def quantity(workload, value):
    if workload == "idle":
        return f"{value / 1024:.0f} KB"
    for unit, size in (("ms", 1e6), ("us", 1e3)):
        if value >= size:
            return f"{value / size:.1f} {unit}"
    return f"{value:.1f} ns"


print(f"| to raw C: smallest of {len(values('c', 'call'))} rounds (median) | goal | Perilune | | {' | '.join(PEERS)} | raw C |")
print("|---" * (5 + len(PEERS)) + "|")
for workload, what, goal in ROWS:
    seen, median = ratio("perilune", workload), ratio("perilune", workload, statistics.median)
    cell, target = f"{shown(seen)} ({shown(median)})" if seen else "–", f"<= {goal}"
    if workload == "load_p99":
        value = min(values("perilune", workload))
        met, target, cell = value < LOAD_P99, "< 1 ms", quantity(workload, value)
    else:
        if goal is None:
            goal = min((r for r in (ratio("tomsci/LuaSwift", workload), ratio("lupa", workload)) if r), default=None)
            target = "no managed peer is ahead"
        met = None if seen is None or goal is None else seen <= goal
    mark = {True: "met", False: "MISSED", None: "not measured"}[met]
    if seen is None and workload == "host_function_untyped":  # Perilune has none
        target = mark = ""
    others = [shown(ratio(peer, workload)) if peer in samples else "missing" for peer in PEERS]
    print(f"| {what} | {target} | {cell} | {mark} | {' | '.join(others)} | {quantity(workload, min(values('c', workload)))} |")
