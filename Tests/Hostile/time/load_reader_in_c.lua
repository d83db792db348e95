-- outcome: timeout,memory
-- phase: process
-- attacks: a reader that is a C function feeds an endless numeral, and no Lua instruction runs

return {
  name = "time-load_reader_in_c", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    load(math.random)
    load(os.time)
  end,
}
