-- outcome: error,memory,ok
-- attacks: a reader that loads does not overflow the C stack

return {
  name = "stack-recursion_by_load", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local function read() load(read) return nil end
    load(read)
    return "went on"
  end,
}
