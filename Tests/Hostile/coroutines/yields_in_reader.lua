-- outcome: ok
-- attacks: a yield out of a reader is an error that load reports

return {
  name = "coroutines-yields_in_reader", version = "1.0.0", plugin_type = "processor",
  process = function(ctx, item)
    local f, why = coroutine.wrap(function() return load(coroutine.yield) end)()
    if f or not tostring(why):find("yield") then error("let through: " .. tostring(why)) end
  end,
}
