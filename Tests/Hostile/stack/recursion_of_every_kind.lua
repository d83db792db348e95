-- outcome: error,memory,timeout
-- phase: process
-- attacks: C functions of every kind that call back, mixed, do not overflow the C stack

return {
  name = "stack-recursion_of_every_kind", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f
    local t = setmetatable({}, {
      __index = function(_, k) return f(k) end,
      __tostring = function() return f("tostring") end,
      __lt = function() return f("lt") end,
      __concat = function() return f("concat") end,
      __len = function() return f("len") end,
      __close = function() f("close") end,
    })
    local kinds = {
      function() return tostring(t) end,
      function() return (("x"):gsub("x", f)) end,
      function() table.sort({ t, t, t }) end,
      function() return coroutine.wrap(f)("x") end,
      function() return load(f) end,
      function() return string.format("%s", t) end,
      function() local x <close> = t end,
      function() return table.concat(setmetatable({}, getmetatable(t)), "", 1, 2) end,
      function() return t .. t end,
      function() return #t end,
      function() return t.x end,
      function() return select(2, xpcall(f, f, "x")) end,
      function() return select(2, pcall(f, "x")) end,
    }
    local n = 0
    function f()
      n = n + 1
      return kinds[n % #kinds + 1]()
    end
    f()
    error("ended by itself after " .. n)
  end,
}
