-- outcome: ok
-- attacks: a yield out of a metamethod inside of a coroutine works and loses nothing

return {
  name = "coroutines-yields_in_metamethods", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local mt = {}
    for _, event in ipairs({ "__index", "__add", "__eq", "__lt", "__le", "__len", "__unm", "__call" }) do
      mt[event] = function() return coroutine.yield(event) end
    end
    local a, b = setmetatable({}, mt), setmetatable({}, mt)
    local next_event = coroutine.wrap(function()
      local x = { a.x, a + b, a == b, a < b, a <= b, #a, -a, a() }
      return #x
    end)
    local value = next_event()
    while type(value) == "string" do value = next_event(7) end
    if value ~= 8 then error("lost values: " .. tostring(value)) end
  end,
}
